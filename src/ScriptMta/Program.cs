return ScriptMta.Cli.CommandLine.Run(args);
