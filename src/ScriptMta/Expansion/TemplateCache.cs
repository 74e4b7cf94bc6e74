using System.Collections.Concurrent;
using ScriptMta.Common;

namespace ScriptMta.Expansion;

/// <summary>Templates whose text arises at run time (${expand:}, ${sg), parsed once by text. Only clean text may be asked for.</summary>
static class TemplateCache
{
    // Rules make some hundreds of such texts; a rule that makes ever new ones must not grow the process. The whole cache is dropped when full.
    const int Limit = 4096;
    static readonly SourceLocation MadeAtRunTime = SourceLocation.BuiltIn("text made at run time");
    static readonly ConcurrentDictionary<string, Template> Known = new(StringComparer.Ordinal);

    public static Template Get(string text)
    {
        if (Known.TryGetValue(text, out var known)) return known;
        if (Known.Count >= Limit) Known.Clear();
        return Known[text] = Template.Parse(text, MadeAtRunTime);
    }
}
