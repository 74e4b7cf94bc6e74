namespace ScriptMta.Admin;

/// <summary>Says how far work has come while it goes on.</summary>
static class WorkProgress
{
    static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(200);

    /// <summary>Returns, or throws, when the work does. Work that is soon over shows nothing.</summary>
    public static async ValueTask ShowAsync(Task work, Func<string> text, AdminOutput output, CancellationToken cancel)
    {
        var shown = false;
        while (await Task.WhenAny(work, Task.Delay(Interval, cancel)) != work && !cancel.IsCancellationRequested)
        {
            await output.ProgressAsync(text(), cancel);
            shown = true;
        }
        if (shown) await output.ProgressAsync("", cancel);
        await work;
    }
}
