using System.Collections.Frozen;
using ScriptMta.Dns;
using ScriptMta.Expansion;
using ScriptMta.Language;
using ScriptMta.Logging;
using ScriptMta.Lookups;
using ScriptMta.Queue;
using ScriptMta.Reception;
using ScriptMta.Routing;
using ScriptMta.Scripting;
using ScriptMta.Transports;

namespace ScriptMta.Hosting;

/// <summary>From a file to a whole configuration: reads, binds every section, and reports everything wrong in one go.</summary>
static class ConfigurationLoader
{
    /// <summary>Null when there are errors; all errors and warnings are in <paramref name="problems"/>. Touches nothing but the files it reads.</summary>
    /// <param name="previous">On reload: its logs go on being written where their path is the same.</param>
    public static LoadedConfiguration? Load(SiteRequest request, ProblemList problems, LoadedConfiguration? previous = null)
    {
        var macros = request.Macros.Select(m => KeyValuePair.Create(m.Name, m.Value)).ToList();
        var document = ConfigurationReader.Read(request.File, new ReadOptions { Macros = macros, BuiltInMacros = BuiltInMacros.All }, problems);
        if (document is null) return null;
        var main = new OptionReader(document.Main, MainOptionTable.Table, problems);
        var (settings, environment) = Prepare(document, main, problems, previous);
        if (Transports(document, problems) is not { } transports) return BindRest(document, main, environment, problems);
        var router = RouterSection.Load(document.Routers, new RoutingDependencies
        {
            Transports = transports.ToDictionary(t => t.Key, t => t.Value.Traits), AddressRules = settings.AddressRules,
        }, problems);
        return null;
    }
}
