namespace ScriptMta.Expansion;

/// <summary>
/// ${certextract{field}{$variable}…}: one field of a certificate. The second argument is not expanded: it is the bare reference to one of the certificate variables. Without a
/// certificate the item fails softly, whatever the field's name is.
/// </summary>
sealed class CertificateExtractItem(Node field, string variable, Branch branch) : Node
{
    public static Node? Read(TemplateReader reader, ItemRow row)
    {
        if (reader.ReadArgument("missing '{' for field arg of certextract") is not { } field) return null;
        reader.SkipSpace();
        if (!reader.Take('{')) return reader.Fail("missing '{' for cert variable arg of certextract");
        if (!reader.Take('$')) return reader.Fail("second argument of \"certextract\" must be a certificate variable");
        if (reader.ReadTo('}') is not { } name) return reader.FailAtEnd();
        return ArgumentGrammar.ReadBranch(reader, row.Name) is { } branch ? new CertificateExtractItem(field, name, branch) : null;
    }

    public override ExpandedKind Append(Evaluation evaluation)
    {
        var kind = evaluation.Evaluate(field, out var wanted);
        if (kind != ExpandedKind.Ok) return kind;
        if (!VariableTable.Has(variable)) return evaluation.Fail($"no variable named \"{variable}\"");
        if (!TlsVariables.IsCertificate(variable)) return evaluation.Fail($"\"{variable}\" is not a certificate");
        if (!evaluation.Context.Certificates.TryGetValue(variable, out var certificate)) return branch.Append(evaluation, false);
        var error = CertificateFields.Read(certificate, wanted.Text.Trim(' ', '\t', '\n', '\r'), evaluation.Context.Environment.Clock.LocalTimeZone, out var found);
        return error is null ? branch.Append(evaluation, found is null ? null : Value.Tainted(found)) : evaluation.Fail(error);
    }
}
