namespace ScriptMta.Tests.Spool;

/// <summary>A directory below the system's temporary one, deleted with all it holds.</summary>
sealed class TemporaryDirectory : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("scriptmta-spool-").FullName;

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
