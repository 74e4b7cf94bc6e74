using System.Collections.Frozen;
using ScriptMta.Language;

namespace ScriptMta.Transports;

/// <summary>The transports of one configuration by name.</summary>
static class TransportDrivers
{
    delegate ITransport Make(SettingBlock block, OptionReader reader, TransportServices services);

    /// <summary>A driver is one row here, one file, and its options in the language's table.</summary>
    static readonly FrozenDictionary<string, Make> Drivers = new Dictionary<string, Make>
    {
        ["appendfile"] = (block, reader, _) => new AppendFileTransport(block, reader),
        ["autoreply"] = (block, reader, _) => new AutoreplyTransport(block, reader),
        ["lmtp"] = (block, reader, _) => new LmtpTransport(block, reader),
        ["pipe"] = (block, reader, _) => new PipeTransport(block, reader),
        ["smtp"] = (block, reader, services) => new SmtpTransport(block, reader, services),
    }.ToFrozenDictionary();

    static Make? Find(OptionReader reader) =>
        reader.Unbuilt is not null ? (block, _, _) => new WaitingTransport(block, reader) : Drivers.GetValueOrDefault(reader.Text("driver")?.Text ?? "");

    public static IEnumerable<string> Names => Drivers.Keys;

    /// <summary>Reports every problem; a transport that cannot be made is left out.</summary>
    public static FrozenDictionary<string, ITransport> Load(ConfigurationDocument document, TransportServices services, ProblemList problems)
    {
        var transports = new Dictionary<string, ITransport>(StringComparer.Ordinal);
        foreach (var block in document.Transports)
            if (TransportOptionTables.Tables.Open(block, problems) is { } reader && Find(reader) is { } make)
                transports[block.Name] = make(block, reader, services);
        return transports.ToFrozenDictionary(StringComparer.Ordinal);
    }
}
