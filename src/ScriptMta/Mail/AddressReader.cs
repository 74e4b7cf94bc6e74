using System.Text;
using ScriptMta.Common;

namespace ScriptMta.Mail;

/// <summary>
/// Reads one address, in one pass without going back further than a word: RFC 5322 3.4 with the obsolete forms of 4.4 (comments and white space
/// between the parts, source routes), and RFC 5321 paths. It is as lenient as Exim: a local part may begin or end with a dot, and a backslash may
/// stand outside of quotes. Error is Exim's text for what is wrong.
/// </summary>
ref struct AddressReader(string text, AddressRules rules)
{
    readonly ReadOnlySpan<char> _span = text;
    int _at;
    int _commentStart;
    int _commentEnd;
    int _start;
    int _end;

    public string? Error { get; private set; }

    public bool TryRead(out ParsedAddress parsed)
    {
        parsed = default;
        SkipComments();
        if (AtEnd || Current == ';') return Fail("empty address");
        var start = _start = _at;
        string local = "", domain = "", name = "";
        var good = Current is '<' ? ReadBracketed(out local, out domain)
            : Current is '@' ? SkipRoute() && ReadRouted(inBrackets: false, out local, out domain)
            : ReadBareOrPhrase(start, out local, out domain, out name);
        if (!good) return false;
        SkipComments();
        if (!AtEnd) return Misplaced();
        if (name.Length == 0) name = LastComment();
        parsed = new(new(local, domain), name) { Start = _start, End = _end };
        return CheckWhole(local, domain);
    }

    readonly bool AtEnd => _at >= _span.Length;
    readonly char Current => _span[_at];

    bool Fail(string error)
    {
        Error = error;
        return false;
    }

    bool Misplaced() => Fail($"malformed address: {Shown(text[_at..])} may not follow {Shown(text[Start()..Math.Max(_at, Start())])}");

    /// <summary>Where the address itself begins: leading white space is not shown.</summary>
    readonly int Start()
    {
        var start = 0;
        while (start < _span.Length && AddressCharacters.IsSpace(_span[start])) start++;
        return start;
    }

    /// <summary>Enough of a hostile text to recognise it by.</summary>
    static string Shown(string part) => part.Length <= MaxShown ? part : part[..MaxShown] + "...";

    const int MaxShown = 200;

    bool ReadBareOrPhrase(int start, out string local, out string domain, out string name)
    {
        domain = name = "";
        if (!ReadLocalPart(out local)) return false;
        if (AtEnd || Current == ';')
            return local.Length > 0 || Fail(NoWord);
        if (Current == '@')
        {
            _at++;
            return ReadDomain(out domain);
        }
        if (!SkipPhrase()) return false;
        name = PhraseText(_span[start.._at]);
        return ReadBracketed(out local, out domain);
    }

    const string Expected = "(expected word or \"<\")";
    const string NoWord = "missing or malformed local part " + Expected;

    /// <summary>The rest of a display name, up to "&lt;"; dots are let in (RFC 5322 4.1 obs-phrase).</summary>
    bool SkipPhrase()
    {
        while (!AtEnd && Current != '<')
        {
            var before = _at;
            if (!SkipWord()) return Fail($"{Error} {Expected}");
            if (!AtEnd && Current == '.') _at++;
            SkipComments();
            if (_at == before) return Fail(NoWord);
        }
        return !AtEnd || Fail(NoWord);
    }

    bool ReadBracketed(out string local, out string domain)
    {
        local = domain = "";
        var brackets = 1;
        _at++;
        while (rules.StripExcessAngleBrackets && !AtEnd && Current == '<')
        {
            _at++;
            brackets++;
        }
        SkipComments();
        _start = _end = _at;
        if (rules.AllowNull && !AtEnd && Current == '>') { } // RFC 5321 4.5.5: the null reverse-path
        else if (!AtEnd && Current == '@')
        {
            if (!SkipRoute() || !ReadRouted(inBrackets: true, out local, out domain)) return false;
        }
        else if (!ReadBracketContent(out local, out domain)) return false;
        return SkipClosing(brackets);
    }

    bool ReadBracketContent(out string local, out string domain)
    {
        domain = "";
        if (!ReadLocalPart(out local)) return false;
        if (local.Length == 0) return Fail("missing or malformed local part");
        if (!AtEnd && Current == '>') return true;
        if (AtEnd || Current != '@') return Fail($"\"@\" or \".\" expected after \"{Shown(local)}\"");
        _at++;
        return ReadDomain(out domain);
    }

    bool SkipClosing(int brackets)
    {
        for (; brackets > 0; brackets--)
        {
            if (AtEnd) return Fail("'>' missing at end of address");
            if (Current != '>') return Misplaced();
            _at++;
        }
        return true;
    }

    /// <summary>After a source route there must be a whole address.</summary>
    bool ReadRouted(bool inBrackets, out string local, out string domain)
    {
        domain = "";
        if (!ReadLocalPart(out local)) return false;
        if (local.Length == 0) return Fail("missing or malformed local part");
        if (AtEnd || Current != '@')
            return Fail(AtEnd && inBrackets ? $"\"@\" or \".\" expected after \"{Shown(local)}\"" : "domain missing in source-routed address");
        _at++;
        return ReadDomain(out domain);
    }

    /// <summary>RFC 5321 4.1.1.3 and appendix C: a source route is read and dropped.</summary>
    bool SkipRoute()
    {
        while (!AtEnd && Current == '@')
        {
            _at++;
            if (!ReadDomain(out _)) return false;
            var comma = !AtEnd && Current == ',';
            while (!AtEnd && Current == ',')
            {
                _at++;
                SkipComments();
            }
            // "<@b>" is taken for an address without a local part, "<@x,y" for a route that ends too early.
            if (AtEnd || Current is not (':' or '@')) return Fail(comma ? "colon expected after route list" : "no local part");
            if (Current == '@' && !comma) return Fail("no local part");
        }
        _at++;
        SkipComments();
        return true;
    }

    /// <summary>Words joined by dots; comments and white space between them are dropped (RFC 5322 4.4 obs-local-part).</summary>
    bool ReadLocalPart(out string local)
    {
        local = "";
        var piece = _at;
        for (var more = true; more && !AtEnd;)
        {
            var start = _at;
            var isDot = Current == '.';
            if (isDot) _at++;
            else if (!SkipWord()) return false;
            var end = _at;
            if (end == start) break;
            _end = end;
            SkipComments();
            more = isDot || (!AtEnd && Current == '.');
            if (_at == end) continue;
            local += text[piece..end];
            if (local.Length > AddressParser.MaxLength) return TooLong(local);
            piece = _at;
        }
        if (piece < _at) local = local.Length == 0 ? text[piece.._at] : local + text[piece.._at];
        return true;
    }

    /// <summary>One atom, or one quoted string; nothing is skipped when neither stands here.</summary>
    bool SkipWord()
    {
        if (AtEnd) return true;
        if (Current == '"') return SkipQuoted();
        while (!AtEnd)
        {
            var length = _span[_at..].IndexOfAny(AddressCharacters.AtomEnd);
            if (length < 0) _at = _span.Length;
            else
            {
                _at += length;
                if (Current != '\\' || _at + 1 >= _span.Length) return true;
                _at += 2;
            }
        }
        return true;
    }

    bool SkipQuoted()
    {
        for (_at++; !AtEnd; _at++)
        {
            if (Current == '\\') _at++;
            else if (Current == '"')
            {
                _at++;
                return true;
            }
        }
        return Fail("unmatched doublequote in local part");
    }

    bool ReadDomain(out string domain)
    {
        domain = "";
        SkipComments();
        if (!AtEnd && Current == '[') return ReadLiteral(out domain);
        while (true)
        {
            var start = _at;
            if (AtEnd || !IsLabelStart(Current))
            {
                if (!rules.StripTrailingDot || domain.Length == 0 || (!AtEnd && Current is not ('>' or ',' or ';'))) return Fail("domain missing or malformed");
                domain = domain[..^1];
                _end = Math.Max(_end, text.LastIndexOf('.', _at - 1) + 1);
                return true;
            }
            while (!AtEnd && IsLabelCharacter(Current)) _at++;
            _end = _at;
            domain += text[start.._at];
            SkipComments();
            if (AtEnd || Current != '.') return IsUtf8(domain) || Fail("invalid UTF-8 byte sequence");
            domain += ".";
            if (domain.Length > AddressParser.MaxLength) return TooLong(domain);
            _at++;
            SkipComments();
        }
    }

    readonly bool IsLabelStart(char c) => AddressCharacters.IsAlphanumeric(c) || (rules.AllowUtf8Domains && AddressCharacters.IsEightBit(c));
    readonly bool IsLabelCharacter(char c) => c == '-' || IsLabelStart(c);

    /// <summary>RFC 5321 4.1.3, as far as Exim checks it: the characters, not the value.</summary>
    bool ReadLiteral(out string domain)
    {
        domain = "";
        if (!rules.AllowDomainLiterals) return Fail("domain literals not allowed");
        var start = _at++;
        if (_span[_at..].StartsWith("IPv6:", StringComparison.OrdinalIgnoreCase) || _span[_at..].StartsWith("IPv4:", StringComparison.OrdinalIgnoreCase)) _at += 5;
        while (!AtEnd && AddressCharacters.LiteralContent.Contains(Current)) _at++;
        if (AtEnd || Current != ']') return Fail("malformed domain literal");
        _end = ++_at;
        domain = text[start.._at];
        SkipComments();
        return true;
    }

    bool CheckWhole(string local, string domain)
    {
        // The spool, the log and the next server each read lines: no address may hold a line end (CVE-2020-28015).
        if (local.AsSpan().IndexOfAny(AddressCharacters.Controls) >= 0) return Fail("control character in local part");
        if (rules.RequiresUtf8 && !IsUtf8(local)) return Fail("invalid UTF-8 byte sequence");
        return local.Length + domain.Length + 1 <= AddressParser.MaxLength || TooLong(local + "@" + domain);
    }

    bool TooLong(string address) => Fail($"address is ridiculously long: {address[..64]}...");

    static bool IsUtf8(string text) => Ascii.IsValid(text) || System.Text.Unicode.Utf8.IsValid(Latin1.Encode(text));

    /// <summary>White space and nested comments; an unclosed comment reaches to the end.</summary>
    void SkipComments()
    {
        while (!AtEnd)
        {
            if (AddressCharacters.IsSpace(Current)) _at++;
            else if (Current == '(')
            {
                _commentStart = _at;
                _at = CommentEnd(_at);
                _commentEnd = _at;
            }
            else return;
        }
    }

    readonly int CommentEnd(int at)
    {
        var depth = 0;
        for (; at < _span.Length; at++)
        {
            if (_span[at] == '\\') at++;
            else if (_span[at] == '(') depth++;
            else if (_span[at] == ')' && --depth == 0) return at + 1;
        }
        return _span.Length;
    }

    /// <summary>The old way of naming a mailbox: <c>a@b (Name)</c>.</summary>
    readonly string LastComment() =>
        _commentEnd - _commentStart < 2 || _span[_commentEnd - 1] != ')' ? "" : text[(_commentStart + 1)..(_commentEnd - 1)].Replace("\\", "");

    static string PhraseText(ReadOnlySpan<char> phrase)
    {
        var name = new StringBuilder(phrase.Length);
        var quoted = false;
        for (var i = 0; i < phrase.Length; i++)
        {
            var c = phrase[i];
            if (c == '"') quoted = !quoted;
            else if (c == '\\' && i + 1 < phrase.Length) name.Append(phrase[++i]);
            else if (AddressCharacters.IsSpace(c) && !quoted) { if (name.Length > 0 && name[^1] != ' ') name.Append(' '); }
            else if (c is not ('\r' or '\n')) name.Append(c);
        }
        return name.ToString().TrimSpaceAtEnd();
    }
}
