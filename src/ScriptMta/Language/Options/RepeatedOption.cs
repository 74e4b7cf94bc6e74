namespace ScriptMta.Language;

/// <summary>How Exim joins the settings of the few options that may be set more than once.</summary>
static class RepeatedOption
{
    public static string Lines(string first, string second) => first + "\n" + second;
    public static string Colons(string first, string second) => first + ":" + second;
    public static string Semicolons(string first, string second) => first + ";" + second;
    public static string AllTrue(string first, string second) => "${if and{{bool_lax{" + first + "}}{bool_lax{" + second + "}}}}";
}
