namespace ScriptMta.Expansion;

/// <summary>Items that Exim has and ScriptMta never will: their arguments are read as Exim reads them, and then they are refused with what to write instead.</summary>
static class RefusedItem
{
    // The file, the function and its eight arguments.
    const int FewestDynamic = 2, MostDynamic = 10;

    public static Node? ReadDynamicFunction(TemplateReader reader, ItemRow row) =>
        ArgumentGrammar.ReadAll(reader, row.Name, FewestDynamic, MostDynamic) is null ? null : reader.Fail(
            "${dlfunc is refused: ScriptMta loads no shared objects into itself; write the function in JavaScript and call ${js{function}{argument}…}");
}
