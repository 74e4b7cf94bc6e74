namespace ScriptMta.Filtering;

/// <summary>One thing a filter asked for; carried out by Routing and Transports, never here. The Filtering chapter adds its cases.</summary>
abstract record FilterAction;
