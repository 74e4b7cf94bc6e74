using ScriptMta.Expansion;
using ScriptMta.Language;

namespace ScriptMta.Acl;

/// <summary>av_scanner or spamd_address: a list that is expanded each time when it begins with a dollar sign; what was found is then not kept for the message (Exim 45).</summary>
sealed class ScannerSetting
{
    readonly string _name;
    readonly Template? _template;
    readonly string _text;

    ScannerSetting(string name, string text, Template? template) => (_name, _text, _template) = (name, text, template);

    public bool IsExpanded => _template is not null;
    /// <summary>The text as set, for checks at load; meaningless when it is expanded.</summary>
    public string Text => _text;

    public static ScannerSetting Constant(string name, string text) => new(name, text, null);

    public static ScannerSetting From(OptionReader main, string name, string otherwise)
    {
        if (main.Text(name) is not { } text) return new(name, otherwise, null);
        return new(name, text.Text, text.Text.StartsWith('$') ? main.Checked(name, text) : null);
    }

    /// <summary>Null with Exim's words when there is none now. A stranger's text names no scanner.</summary>
    public string? Read(ExpansionContext context, out string error)
    {
        error = "";
        if (_template is null) return _text;
        var expanded = _template.Expand(context);
        if (!expanded.IsOk) error = $"{_name} starts with $, but expansion failed: {expanded.Error}";
        else if (expanded.Value.IsTainted) error = $"{_name} is '{expanded.Text}', which is tainted: name scanners in the configuration";
        return error.Length == 0 ? expanded.Text : null;
    }
}
