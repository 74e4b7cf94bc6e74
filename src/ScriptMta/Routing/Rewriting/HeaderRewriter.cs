using System.Text;
using ScriptMta.Expansion;
using ScriptMta.Mail;

namespace ScriptMta.Routing;

/// <summary>
/// Completes and rewrites the addresses of header fields (Exim chapter 31, 48.16). Phrases, comments and folding round an address stay, except that a field which
/// grows past the fortieth column is folded behind the address that grew, as Exim does. An item that is no address stays as it is, with a line in the log.
/// </summary>
sealed class HeaderRewriter(RewriteRules rules, ExpansionContext context)
{
    /// <summary>Exim folds where the new text reaches beyond this many characters of the field or of what follows its last fold.</summary>
    const int FoldBeyond = 40;

    /// <summary>The rest of a field that has grown to this stays as it came: header_maxsize is an eighth of it unless set otherwise, so only rules that blow addresses up get here.</summary>
    const int MostGrown = 8 << 20;

    static readonly AddressRules Syntax = new() { AllowDomainLiterals = true, AllowUtf8Domains = true };

    readonly AddressRewriter _rewriter = new(rules, context);

    /// <summary>Whether addresses without a domain in sender and in recipient fields get one: those of local messages, and of hosts that may send such (Exim 31).</summary>
    public bool CompletesSenders { get; init; }
    public bool CompletesRecipients { get; init; }

    public HeaderSection Apply(HeaderSection headers)
    {
        if (rules.IsEmpty && !CompletesSenders && !CompletesRecipients) return headers;
        var fields = headers.Fields;
        for (var i = 0; i < fields.Length; i++)
            if (Apply(fields[i]) is var field && !ReferenceEquals(field, fields[i])) fields = fields.SetItem(i, field);
        return fields == headers.Fields ? headers : new(fields);
    }

    /// <summary>The same field where nothing is to be changed.</summary>
    public HeaderField Apply(HeaderField field)
    {
        if (RewriteNames.Find(field.Name) is not { } header) return field;
        var completes = header.IsRecipient ? CompletesRecipients : CompletesSenders;
        if (!completes && !_rewriter.Concerns(header.Kind)) return field;
        var text = new Edited(field);
        var inGroup = false;
        var start = SkipSpace(field.Body);
        while (start < field.Body.Length && text.Length < MostGrown)
        {
            var item = HeaderItem.At(field.Body, start);
            Rewrite(item, item.Address(field.Body, ref inGroup), header, completes, text);
            start = item.Next;
        }
        return text.Result();
    }

    void Rewrite(HeaderItem item, (int Start, int End) address, RewriteNames.Header header, bool completes, Edited text)
    {
        if (!AddressParser.TryParseOne(text.Field.Body[address.Start..address.End], Syntax, out var parsed, out var error))
        {
            if (error != "empty address" && _rewriter.Concerns(header.Kind)) context.Environment.Log.Main(context.Message.Id, "rewrite: " + error);
            return;
        }
        var found = parsed.Address;
        if (!found.IsQualified)
        {
            if (!completes) return;
            found = found with { Domain = header.IsRecipient ? context.Environment.QualifyRecipient : context.Environment.QualifyDomain };
        }
        var rewritten = _rewriter.Concerns(header.Kind) ? _rewriter.Rewrite(found.ToString(), header.Kind, RewriteNames.Of(header.Kind)) : default;
        if (rewritten.Changed) found = rewritten.Address;
        else if (parsed.Address.IsQualified) return;
        if (rewritten.Item is { } whole) text.Replace(address.Start, address.End, whole, item);
        else text.Replace(address.Start + parsed.Start, address.Start + parsed.End, found.ToString(), item);
    }

    static int SkipSpace(string text)
    {
        var at = 0;
        while (at < text.Length && AddressCharacters.IsSpace(text[at])) at++;
        return at;
    }

    /// <summary>The field's body on its way from left to right.</summary>
    sealed class Edited(HeaderField source)
    {
        StringBuilder? _text;
        int _copied;
        /// <summary>Where the count of characters begins: with the name, later with the line end that was put in last. Line ends that were there count as any other character.</summary>
        int _counted = -source.Name.Length - 1;

        public HeaderField Field => source;
        public int Length => _text?.Length ?? 0;

        public void Replace(int start, int end, string with, HeaderItem item)
        {
            var body = source.Body;
            if (body.AsSpan(start, end - start).SequenceEqual(with)) return;
            (_text ??= new()).Append(body, _copied, start - _copied).Append(with).Append(body, end, item.Next - end);
            _copied = item.Next;
            if (with.Length <= end - start || item.Next >= body.Length || _text.Length - _counted <= FoldBeyond || body.AsSpan(item.End, item.Next - item.End).Contains('\n')) return;
            _counted = _text.Length;
            _text.Append("\n\t");
        }

        public HeaderField Result() => _text is null ? source : source with { Body = _text.Append(source.Body, _copied, source.Body.Length - _copied).ToString() };
    }
}
