namespace ScriptMta.Mail;

/// <summary>Which addresses the main options of the configuration let in. All off, as Exim's defaults are.</summary>
sealed record AddressRules
{
    public static readonly AddressRules Default = new();

    /// <summary>allow_domain_literals: <c>user@[192.0.2.1]</c>.</summary>
    public bool AllowDomainLiterals { get; init; }

    /// <summary>strip_excess_angle_brackets: <c>&lt;&lt;a@b&gt;&gt;</c> is <c>&lt;a@b&gt;</c>.</summary>
    public bool StripExcessAngleBrackets { get; init; }

    /// <summary>strip_trailing_dot: <c>a@b.</c> is <c>a@b</c>.</summary>
    public bool StripTrailingDot { get; init; }

    /// <summary>allow_utf8_domains, or a message that came with SMTPUTF8. Local parts of 8-bit bytes are always let in, as Exim does.</summary>
    public bool AllowUtf8Domains { get; init; }

    /// <summary>The message came with SMTPUTF8: 8-bit bytes that are no UTF-8 are let in nowhere (RFC 6531 3.3; Exim looks at the domain alone).</summary>
    public bool RequiresUtf8 { get; init; }

    /// <summary>MAIL FROM:&lt;&gt; and Return-Path (RFC 5321 4.5.5); never a recipient.</summary>
    public bool AllowNull { get; init; }
}
