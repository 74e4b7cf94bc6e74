using System.Globalization;
using ScriptMta.Common;

namespace ScriptMta.Fuzz;

/// <summary>ScriptMta.Fuzz TARGET [SECONDS [SEED]] looks for inputs that crash or hang a parser; ScriptMta.Fuzz TARGET FILE runs one input again. Exit status 1 when something was found.</summary>
static class Program
{
    const int DefaultSeconds = 60;
    const int DefaultSeed = 20261125;

    static int Main(string[] arguments)
    {
        if (arguments.Length == 0 || FuzzTarget.All.FirstOrDefault(one => one.Name == arguments[0]) is not { } target)
        {
            Console.Error.WriteLine($"usage: ScriptMta.Fuzz {string.Join('|', FuzzTarget.All.Select(one => one.Name))} [SECONDS [SEED]] | FILE");
            return ExitCode.Usage;
        }
        if (arguments is [_, "--worker", var input, var seed]) return Worker.Run(target, input, Number(seed));
        if (arguments is [_, var file] && File.Exists(file)) return Once(target, file);
        return Supervisor.Run(target, TimeSpan.FromSeconds(arguments.Length > 1 ? Number(arguments[1]) : DefaultSeconds), arguments.Length > 2 ? Number(arguments[2]) : DefaultSeed);
    }

    static int Once(FuzzTarget target, string file)
    {
        Console.WriteLine(target.Run(Latin1.Decode(File.ReadAllBytes(file))));
        return 0;
    }

    static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);
}
