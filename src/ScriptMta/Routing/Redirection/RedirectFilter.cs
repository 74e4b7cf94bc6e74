namespace ScriptMta.Routing;

/// <summary>Runs an Exim filter and turns what it asks for into children.</summary>
sealed class RedirectFilter(RedirectOptions options, RouterVisit visit, RedirectSource source)
{
    public RouterAnswer Run() => new RouterAnswer.Defer($"error in filter {source.Kind}: filters are not built yet in {visit.Options.Name} router{(options.AllowFreeze ? "" : "")}");
}
