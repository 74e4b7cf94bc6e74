using System.Net.Http.Headers;

namespace ScriptMta.Transports;

/// <summary>Hands a report over by HTTPS (RFC 8460 5.4). The server needs a good certificate: a place that strangers choose gets nothing from us otherwise.</summary>
static class TlsReportPost
{
    static readonly TimeSpan TimeLimit = TimeSpan.FromSeconds(30);

    /// <summary>Null when it was taken.</summary>
    public static async ValueTask<string?> SendAsync(HttpMessageInvoker web, Uri place, byte[] packed, CancellationToken cancel)
    {
        using var timer = new CancellationTokenSource(TimeLimit);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timer.Token, cancel);
        using var request = new HttpRequestMessage(HttpMethod.Post, place) { Content = new ByteArrayContent(packed) { Headers = { ContentType = new MediaTypeHeaderValue("application/tlsrpt+gzip") } } };
        try
        {
            using var response = await web.SendAsync(request, either.Token).ConfigureAwait(false);
            return response.IsSuccessStatusCode ? null : $"the server answers {(int)response.StatusCode}";
        }
        catch (Exception error) when (error is HttpRequestException or IOException) { return error.Message.ReplaceLineEndings(" "); }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested) { return $"no answer within {TimeLimit.TotalSeconds:0}s"; }
    }
}
