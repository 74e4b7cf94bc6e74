namespace ScriptMta.EndToEnd;

/// <summary>A folder of one test's own, removed afterwards. Short, since control sockets live in it.</summary>
sealed class TemporaryFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("smta-").FullName;

    public string this[string name] => System.IO.Path.Combine(Path, name);

    public string Write(string name, string text)
    {
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(this[name])!);
        File.WriteAllText(this[name], text, System.Text.Encoding.Latin1);
        return this[name];
    }

    /// <summary>A copy of a folder of the checkout, without what runs of it left there.</summary>
    public string CopyFrom(string source, string name)
    {
        var target = this[name];
        foreach (var file in Directory.EnumerateFiles(source, "*", SearchOption.AllDirectories))
        {
            var relative = System.IO.Path.GetRelativePath(source, file);
            if (relative.Split('/')[0] == "var") continue;
            Directory.CreateDirectory(System.IO.Path.GetDirectoryName(System.IO.Path.Combine(target, relative))!);
            File.Copy(file, System.IO.Path.Combine(target, relative));
        }
        return target;
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
