using ScriptMta.Common;
using ScriptMta.Language;

namespace ScriptMta.Acl;

/// <summary>One line of an ACL as the parser read it, before its name is known to mean anything. Variable is the name after `set`.</summary>
readonly record struct AclPartSource(string AclName, string Name, string Variable, OptionText Argument, SourceLocation At, ProblemList Problems)
{
    /// <summary>Reports what is wrong with this line.</summary>
    public void Error(string message) => Problems.Error(Argument.At, $"ACL \"{AclName}\": {message}");
}

/// <summary>
/// A condition or modifier that ACLs know. Bind makes the step, or null where the name is known but not built yet. Places says in which ACLs it may run:
/// elsewhere running it is an error, as in Exim ("cannot test … condition in … ACL").
/// </summary>
sealed record AclPartRow(string Name, bool IsModifier, AclPlaces Places, Func<AclPartSource, AclStep>? Bind)
{
    /// <summary>What to do where a part is not and will not be built.</summary>
    public string? Instead { get; init; }
    /// <summary>A modifier without "= value".</summary>
    public bool HasNoArgument { get; init; }

    public static AclPartRow Condition(string name, AclPlaces places, Func<AclPartSource, AclStep>? bind) => new(name, false, places, bind);
    public static AclPartRow Modifier(string name, AclPlaces places, Func<AclPartSource, AclStep>? bind) => new(name, true, places, bind);
}

/// <summary>A set of ACL hooks, as bits by <see cref="AclWhere"/>.</summary>
readonly record struct AclPlaces(uint Bits)
{
    public static readonly AclPlaces All = new(~0u);

    /// <summary>Where a message (or its envelope) is at hand.</summary>
    public static readonly AclPlaces Message = Only(AclWhere.Mail, AclWhere.Rcpt, AclWhere.PreData, AclWhere.Data, AclWhere.Mime, AclWhere.Prdr, AclWhere.NotSmtp, AclWhere.NotSmtpStart);

    /// <summary>After the whole message has been read.</summary>
    public static readonly AclPlaces Content = Only(AclWhere.Data, AclWhere.Prdr, AclWhere.NotSmtp);

    /// <summary>The same, and for each part of it.</summary>
    public static readonly AclPlaces ContentOrPart = Content.And(AclWhere.Mime);

    public static AclPlaces Only(params ReadOnlySpan<AclWhere> places)
    {
        uint bits = 0;
        foreach (var place in places) bits |= 1u << (int)place;
        return new(bits);
    }

    public static AclPlaces Except(params ReadOnlySpan<AclWhere> places) => new(~Only(places).Bits);

    public bool Holds(AclWhere where) => (Bits & (1u << (int)where)) != 0;
    public AclPlaces And(AclWhere where) => new(Bits | (1u << (int)where));
}
