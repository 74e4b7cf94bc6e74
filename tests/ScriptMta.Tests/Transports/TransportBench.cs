using System.Collections.Immutable;
using System.Text;
using ScriptMta.Expansion;
using ScriptMta.Language;
using ScriptMta.Logging;
using ScriptMta.Mail;
using ScriptMta.Routing;
using ScriptMta.Smtp;
using ScriptMta.Tests.Dns;
using ScriptMta.Transports;

namespace ScriptMta.Tests.Transports;

/// <summary>One transport from configuration text, and a message to give it. Everything lies in a folder of its own.</summary>
sealed class TransportBench : IAsyncDisposable
{
    public const string Body = "body\r\nFrom here\r\n>From there\r\n.dot\r\nlast no newline";

    readonly StringWriter _log = new();
    readonly PeerPool _pool = new(TimeProvider.System);
    readonly ITransport _transport;

    /// <param name="options">Lines of the transport; DIR stands for the folder.</param>
    public TransportBench(string options, string zone = "", string authenticators = "", string selectors = "")
    {
        Directory = System.IO.Directory.CreateTempSubdirectory("scriptmta-transport-").FullName;
        Environment = new()
        {
            Clock = Clock, PrimaryHostname = "mx.test.org", QualifyDomain = "test.org", QualifyRecipient = "test.org", Dns = new FakeDns(zone),
            Log = new MailLog(Clock, _ => _log, selectors.Length == 0 ? LogOptions.Default : LogSelectors.Parse(selectors, _ => { })),
        };
        var problems = new ProblemList();
        var document = ConfigurationReader.ReadText("begin transports\nt:\n" + options.Replace("DIR", Directory) + (authenticators.Length > 0 ? "begin authenticators\n" + authenticators : ""), "test.conf", new(), problems);
        var transports = TransportDrivers.Load(document, new(_pool, ScriptMta.Authentication.ClientSection.Load(document.Authenticators, new())), problems);
        Problems = [.. problems.All.Select(p => p.ToString())];
        _transport = transports.GetValueOrDefault("t")!;
    }

    public string Directory { get; }
    public FixedClock Clock { get; } = new();
    public RuleEnvironment Environment { get; set; }
    public IReadOnlyList<string> Problems { get; }
    public string Log => _log.ToString();
    public TransportOptions Options => _transport.Options;

    public HeaderSection Headers { get; set; } = new([
        HeaderField.Create("Received", "from root by mx.test.org with local (Exim 4.96)\n\t(envelope-from <s@mbox.test>)\n\tid 1xUeCw-000543-0r\n\tfor u@mbox.test;\n\tSat, 21 Nov 2026 06:04:18 +0000"),
        HeaderField.Create("From", "x@test.org"), HeaderField.Create("To", "y@test.org"), HeaderField.Create("Subject", "s"),
        HeaderField.Create("Message-Id", "<E1xUeCw-000543-0r@mx.test.org>"), HeaderField.Create("Date", "Sat, 21 Nov 2026 06:04:18 +0000"),
    ]);

    public byte[] BodyBytes { get; set; } = Encoding.Latin1.GetBytes(Body);
    public string MessageId { get; set; } = "1xUeCw-0000000543a-0r00";
    public string Sender { get; set; } = "s@mbox.test";
    public HostHints? Hints { get; set; }
    public MessageSink? Submit { get; set; }

    public static RoutedAddress Address(string address) => new() { Address = MailAddress.Split(address) };

    public Task<IReadOnlyList<DeliveryOutcome>> DeliverAsync(params string[] recipients) => DeliverAsync([.. recipients.Select(r => Plan(Address(r)))]);

    public async Task<IReadOnlyList<DeliveryOutcome>> DeliverAsync(params PlannedDelivery[] recipients)
    {
        var context = new ExpansionContext { Environment = Environment };
        context.Message.Size = 300;
        context.Message.Id = new(MessageId);
        context.Message.Headers = Headers;
        context.Message.Sender = MailAddress.Split(Sender);
        context.Message.RequiresTls = RequiresTls;
        context.Message.MaxReceivedLineLength = MaxLine;
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        return await _transport.DeliverAsync(new()
        {
            Id = new(MessageId), Headers = Headers, BodyLength = BodyBytes.Length, ReturnPath = Sender, Context = context, Hints = Hints, Submit = Submit,
            OpenBody = _ => ValueTask.FromResult<Stream>(new MemoryStream(BodyBytes)), Recipients = [.. recipients],
        }, limit.Token);
    }

    /// <summary>$max_received_linelength.</summary>
    public int MaxLine { get; set; }
    /// <summary>The message came with REQUIRETLS.</summary>
    public bool RequiresTls { get; set; }

    public async Task<string> OneAsync(PlannedDelivery plan) => Say((await DeliverAsync(plan))[0]);
    public async Task<string> OneAsync(string recipient) => Say((await DeliverAsync(recipient))[0]);

    public static PlannedDelivery Plan(RoutedAddress address, string? home = null, params DeliveryHost[] hosts) => new()
    {
        Address = address, Router = "r", Transport = "t", HomeDirectory = home is null ? null : Value.Clean(home), Hosts = [.. hosts],
        Facts = new AddressFacts
        {
            LocalPart = address.Address.LocalPart, Domain = address.Address.Domain, LocalPartData = Value.Clean(address.Address.LocalPart), DomainData = Value.Clean(address.Address.Domain),
            AddressFile = address.Kind == TargetKind.File ? address.Target : "", AddressPipe = address.Kind == TargetKind.Pipe ? address.Target : "",
        },
    };

    /// <summary>An outcome in one line, as the main log would say it.</summary>
    public static string Say(DeliveryOutcome outcome) => outcome switch
    {
        DeliveryOutcome.Delivered delivered => ("delivered " + delivered.Fields).Trim(),
        DeliveryOutcome.Deferred deferred => $"deferred ({deferred.Errno}) {deferred.Error}{(deferred.Freeze ? " frozen" : "")}: {deferred.Text}",
        DeliveryOutcome.Failed failed => $"failed: {failed.Text}",
        _ => throw new InvalidOperationException(),
    };

    public string Read(string name) => Encoding.Latin1.GetString(File.ReadAllBytes(Path.Combine(Directory, name)));

    public async ValueTask DisposeAsync()
    {
        await _pool.DisposeAsync();
        System.IO.Directory.Delete(Directory, recursive: true);
    }
}
