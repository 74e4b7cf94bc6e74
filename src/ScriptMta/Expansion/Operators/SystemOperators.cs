using ScriptMta.Common.Posix;

namespace ScriptMta.Expansion;

/// <summary>stat and expand.</summary>
static class SystemOperators
{
    public static readonly KeyValuePair<string, OperatorRow>[] Rows =
    [
        new("expand", new(Expand)),
        new("stat", new(Stat)),
    ];

    /// <summary>The only way by which a result is taken for a template; a stranger's text never is.</summary>
    static ExpandedKind Expand(Evaluation evaluation, Value value, string? argument)
    {
        if (value.IsTainted) return evaluation.Fail($"internal expansion of \"{value.Text}\" failed: {Sinks.TaintedTemplate(value)}");
        var result = TemplateCache.Get(value.Text).Expand(evaluation.Context);
        return result.Kind == ExpandedKind.Failed ? evaluation.Fail($"internal expansion of \"{value.Text}\" failed: {result.Error}") : evaluation.Take(result);
    }

    static ExpandedKind Stat(Evaluation evaluation, Value value, string? argument)
    {
        if (evaluation.Context.Refusal(ForbiddenItems.ExistenceTests) is not null) return evaluation.Fail("Use of the stat() expansion is not permitted");
        if (Files.Describe(value.Text, out var reason) is not { } file) return evaluation.Fail($"stat({value.Text}) failed: {reason}");
        var mode = Convert.ToString(file.Mode & 0xfff, 8).PadLeft(4, '0');
        return evaluation.Append($"mode={mode} smode={file.Symbolic} inode={file.Inode} device={file.Device} links={file.Links} uid={file.Owner} gid={file.Group} "
            + $"size={file.Size} atime={file.Accessed} mtime={file.Modified} ctime={file.Changed}");
    }
}
