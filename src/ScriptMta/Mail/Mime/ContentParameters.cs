using System.Collections.Immutable;
using System.Text;
using ScriptMta.Common;

namespace ScriptMta.Mail;

/// <summary>
/// A structured header value: the part before the first ";" and the parameters after it (RFC 2045 5.1), with the continuations and charsets of RFC 2231. Values
/// are UTF-8 byte text where a charset was given. A name that comes twice keeps its first value; an extended value goes before a plain one.
/// </summary>
sealed record ContentParameters(string Main, ImmutableDictionary<string, string> Values)
{
    /// <summary>Far above what real fields have; the rest is not looked at.</summary>
    const int MaxParameters = 200;

    public string? Find(string name) => Values.GetValueOrDefault(name);

    public static ContentParameters Parse(string text)
    {
        var scan = new Scan(text);
        var main = scan.Token().LowerAscii();
        var pieces = new Dictionary<string, List<Piece>>(StringComparer.OrdinalIgnoreCase);
        for (var count = 0; count < MaxParameters && scan.NextParameter(out var name, out var value); count++)
        {
            var piece = Piece.Of(name, value);
            if (!pieces.TryGetValue(piece.Name, out var list)) pieces[piece.Name] = list = [];
            list.Add(piece);
        }
        return new(main, pieces.ToImmutableDictionary(p => p.Key.LowerAscii(), p => Join(p.Value)));
    }

    /// <summary>Number is -1 for a value in one piece.</summary>
    readonly record struct Piece(string Name, int Number, bool IsExtended, string Value)
    {
        /// <summary>RFC 2231 3, 4: name, name*, name*0, name*0*.</summary>
        public static Piece Of(string name, string value)
        {
            var extended = name.EndsWith('*');
            if (extended) name = name[..^1];
            var star = name.LastIndexOf('*');
            return star > 0 && int.TryParse(name.AsSpan(star + 1), System.Globalization.NumberStyles.None, null, out var number)
                ? new(name[..star], number, extended, value) : new(name, -1, extended, value);
        }
    }

    static string Join(List<Piece> pieces)
    {
        foreach (var piece in pieces)
            if (piece is { Number: -1, IsExtended: true }) return Extended(piece.Value, out var charset) is var bytes ? Converted(bytes, charset) : "";
        if (pieces.All(p => p.Number < 0)) return pieces[0].Value;
        var result = new StringBuilder();
        var set = "";
        var next = 0;
        foreach (var piece in pieces.Where(p => p.Number >= 0).OrderBy(p => p.Number))
        {
            if (piece.Number < next) continue;
            if (piece.Number > next) break; // RFC 2231 3: a gap ends the value
            result.Append(!piece.IsExtended ? piece.Value : next == 0 ? Extended(piece.Value, out set) : Unescaped(piece.Value));
            next++;
        }
        return Converted(result.ToString(), set);
    }

    /// <summary>charset'language'percent-encoded (RFC 2231 4).</summary>
    static string Extended(string value, out string charset)
    {
        var parts = value.Split('\'', 3);
        charset = parts.Length == 3 ? parts[0] : "";
        return Unescaped(parts[^1]);
    }

    static string Converted(string bytes, string charset) => charset.Length == 0 ? bytes : Charsets.Convert(bytes, charset, "UTF-8") ?? bytes;

    static string Unescaped(string value)
    {
        if (!value.Contains('%')) return value;
        var result = new StringBuilder(value.Length);
        for (var i = 0; i < value.Length; i++)
            if (value[i] == '%' && i + 2 < value.Length && char.IsAsciiHexDigit(value[i + 1]) && char.IsAsciiHexDigit(value[i + 2]))
            {
                result.Append((char)Convert.ToByte(value.Substring(i + 1, 2), 16));
                i += 2;
            }
            else result.Append(value[i]);
        return result.ToString();
    }

    /// <summary>Moves over the text, past comments, white space and what it does not understand.</summary>
    ref struct Scan(string text)
    {
        readonly ReadOnlySpan<char> _text = text;
        int _at;

        /// <summary>Up to ";" or the end, without comments and white space round it.</summary>
        public string Token()
        {
            var start = SkipBlank();
            while (_at < _text.Length && _text[_at] is not (';' or '(')) _at++;
            return _text[start.._at].TrimEnd(" \t\r\n").ToString();
        }

        public bool NextParameter(out string name, out string value)
        {
            (name, value) = ("", "");
            while (_at < _text.Length)
            {
                SkipTo(';');
                if (_at >= _text.Length) return false;
                _at++;
                var start = SkipBlank();
                while (_at < _text.Length && _text[_at] is not ('=' or ';' or '"' or '(')) _at++;
                name = _text[start.._at].TrimEnd(" \t\r\n").ToString();
                SkipBlank();
                if (name.Length == 0 || _at >= _text.Length || _text[_at] != '=') continue;
                _at++;
                SkipBlank();
                value = _at < _text.Length && _text[_at] == '"' ? Quoted() : Token();
                return true;
            }
            return false;
        }

        string Quoted()
        {
            var result = new StringBuilder();
            for (_at++; _at < _text.Length && _text[_at] != '"'; _at++)
            {
                if (_text[_at] == '\\' && _at + 1 < _text.Length) _at++;
                if (_text[_at] is not ('\n' or '\r')) result.Append(_text[_at]);
            }
            _at++;
            return result.ToString();
        }

        void SkipTo(char end)
        {
            while (_at < _text.Length && _text[_at] != end)
                if (_text[_at] == '(') SkipBlank();
                else _at++;
        }

        /// <summary>White space and comments; the position after them.</summary>
        int SkipBlank()
        {
            while (_at < _text.Length && (AddressCharacters.IsSpace(_text[_at]) || _text[_at] == '('))
                if (_text[_at++] == '(')
                    for (var depth = 1; depth > 0 && _at < _text.Length; _at++)
                        if (_text[_at] == '\\') _at++;
                        else depth += _text[_at] == '(' ? 1 : _text[_at] == ')' ? -1 : 0;
            _at = Math.Min(_at, _text.Length);
            return _at;
        }
    }
}
