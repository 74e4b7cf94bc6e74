namespace ScriptMta.Lookups;

/// <summary>How messages call a database.</summary>
/// <param name="Product">"PostgreSQL", in most texts.</param>
/// <param name="Tag">"PGSQL", before what its client reports.</param>
/// <param name="Data">"pgSQL", in "incomplete … server data".</param>
/// <param name="Option">"pgsql_servers".</param>
/// <param name="Fields">How many parts a server has between its slashes.</param>
sealed record DatabaseKind(string Product, string Tag, string Data, string Option, int Fields);
