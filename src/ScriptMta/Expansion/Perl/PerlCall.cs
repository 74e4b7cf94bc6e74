using ScriptMta.Common;

namespace ScriptMta.Expansion;

/// <summary>
/// One ${perl item while it runs. Perl may call back for an expansion, and that may call Perl again: this then happens in the same process, one inside the other, which
/// is why a call is known to the thread of control that carries it. The time is the outermost call's.
/// </summary>
sealed class PerlCall(PerlProcess process, Deadline deadline) : IDisposable
{
    static readonly AsyncLocal<PerlCall?> Innermost = new();

    readonly SemaphoreSlim _oneAtATime = new(1);
    volatile bool _callsBack;

    /// <summary>The call whose expansion is running here; null when there is none.</summary>
    public static PerlCall? Current => Innermost.Value is { _callsBack: true } call ? call : null;

    public Expanded Run(string subroutine, IEnumerable<string> arguments, ExpansionContext context)
    {
        if (!process.Send(new(PerlFrameType.Call, [subroutine, .. arguments]), deadline)) return Died(subroutine);
        return Listen(context) switch
        {
            { Type: PerlFrameType.Answer, Parts: [var value] } => Expanded.Ok(Value.Clean(UpToNul(value))),
            { Type: PerlFrameType.Undefined } => Expanded.ForcedFail($"Perl subroutine \"{subroutine}\" returned undef to force failure"),
            { Type: PerlFrameType.Failure, Parts: [var error] } => Expanded.Failed(UpToNul(error)),
            _ => Died(subroutine),
        };
    }

    /// <summary>A call from within an expansion that Perl asked for.</summary>
    public Expanded RunInside(string subroutine, IEnumerable<string> arguments, ExpansionContext context)
    {
        if (!_oneAtATime.Wait(deadline.Remaining)) return Expanded.Deferred($"Perl subroutine \"{subroutine}\" was not called: another call in the same expansion has taken all the time");
        using var inner = new PerlCall(process, deadline);
        try { return inner.Run(subroutine, arguments, context); }
        finally { _oneAtATime.Release(); }
    }

    /// <summary>Does what Perl asks for until it answers; null when it never will.</summary>
    public PerlFrame? Listen(ExpansionContext context)
    {
        while (process.Receive(deadline) is { } frame)
            switch (frame)
            {
                case { Type: PerlFrameType.Expand, Parts: [var number, var text] }:
                    process.Send(Reply(number, Expand(text, context)), deadline);
                    break;
                case { Type: PerlFrameType.Log, Parts: [var line] }:
                    context.Environment.Log.Main(context.Message.Id, line);
                    break;
                case { Type: PerlFrameType.Debug, Parts: [var line] }:
                    context.Trace?.Add("perl", Place, line, "");
                    break;
                default: return frame;
            }
        return null;
    }

    public void Dispose() => _oneAtATime.Dispose();

    static readonly SourceLocation Place = SourceLocation.BuiltIn("${perl");

    /// <summary>The text is Perl's own, whatever it was made of: as in Exim, Perl answers for it.</summary>
    Expanded Expand(string text, ExpansionContext context)
    {
        var outer = Innermost.Value;
        Innermost.Value = this;
        _callsBack = true;
        try { return TemplateCache.Get(UpToNul(text)).Expand(context); }
        finally
        {
            _callsBack = false;
            Innermost.Value = outer;
        }
    }

    static PerlFrame Reply(string number, Expanded result) => result.Kind switch
    {
        ExpandedKind.Ok => new(PerlFrameType.Answer, [number, result.Text]),
        ExpandedKind.ForcedFail => new(PerlFrameType.Undefined, [number]),
        _ => new(PerlFrameType.Failure, [number, result.Error]),
    };

    Expanded Died(string subroutine) => Expanded.Deferred($"Perl subroutine \"{subroutine}\" gave no answer: {process.Death}");

    /// <summary>Exim's texts end there.</summary>
    static string UpToNul(string text) => text.Split('\0', 2)[0];
}
