using ScriptMta.Language;

namespace ScriptMta.Acl;

/// <summary>av_scanner and spamd_address with Exim's defaults. What is constant is checked at load: Exim finds out with the first message.</summary>
sealed record ContentOptions
{
    public static readonly ContentOptions Default = new();

    public ScannerSetting AvScanner { get; init; } = ScannerSetting.Constant("av_scanner", "sophie:/var/run/sophie");
    public ScannerSetting SpamdAddress { get; init; } = ScannerSetting.Constant("spamd_address", "127.0.0.1 783");

    public static ContentOptions From(OptionReader main)
    {
        var options = new ContentOptions
        {
            AvScanner = ScannerSetting.From(main, "av_scanner", Default.AvScanner.Text), SpamdAddress = ScannerSetting.From(main, "spamd_address", Default.SpamdAddress.Text),
        };
        if (main.Has("av_scanner") && !options.AvScanner.IsExpanded && MalwareScanners.Check(options.AvScanner.Text) is { } wrong) main.Error("av_scanner", wrong);
        if (main.Has("spamd_address") && !options.SpamdAddress.IsExpanded)
            SpamServer.ParseList(options.SpamdAddress.Text, warning => main.Problems.Warn(main.PlaceOf("spamd_address"), $"{main.Owner}: spamd_address: {warning}"));
        return options;
    }

    /// <summary>A malware condition without av_scanner asks a scanner that we do not speak with.</summary>
    public static void CheckUse(AclSet set, OptionReader main, ProblemList problems)
    {
        if (main.Has("av_scanner")) return;
        foreach (var part in set.All.SelectMany(l => l.Statements).SelectMany(s => s.Parts).Where(p => p.Row.Name == "malware").Take(1))
            problems.Warn(part.At, $"av_scanner is not set, and its default, sophie, is not built: set av_scanner to {MalwareScanners.Instead}; until then malware defers");
    }
}
