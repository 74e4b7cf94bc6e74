namespace ScriptMta.Tests.Acl.Content;

/// <summary>A short temporary folder: paths of sockets have little room.</summary>
sealed class SocketFolder : IDisposable
{
    readonly string _folder = Directory.CreateTempSubdirectory("sc").FullName;

    public string Of(string name) => Path.Combine(_folder, name);

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
