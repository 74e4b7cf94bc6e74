using ScriptMta.Expansion;

namespace ScriptMta.Routing;

/// <summary>An option that names a transport (transport, file_transport …). A name that a stranger chose is refused.</summary>
static class TransportOption
{
    public static string? Expand(Template template, string option, RouterVisit visit, out string problem)
    {
        var value = template.Expand(visit.Context);
        if (!value.IsOk)
        {
            problem = $"failed to expand {option} \"{template.Source}\" in {visit.Options.Name} router: {value.Error}";
            return null;
        }
        if (value.Value.IsTainted)
        {
            RoutingLog.Panic(visit, $"attempt to use tainted value '{value.Text}' from '{template.Source}' for {option}");
            problem = "internal configuration error";
            return null;
        }
        problem = visit.Dependencies.Transports.ContainsKey(value.Text) ? "" : $"transport \"{value.Text}\" not found in {visit.Options.Name} router";
        return problem.Length == 0 ? value.Text : null;
    }
}
