using System.Collections.Concurrent;

namespace ScriptMta.Network;

/// <summary>Server certificates by their files: read again when a file has changed, and a failure is not kept, so that a repaired file counts at once.</summary>
sealed class CertificateCache
{
    /// <summary>Names may come from a lookup on what the client says; a host with more certificates reads some of them again.</summary>
    const int MostKept = 1000;

    readonly ConcurrentDictionary<(string Certificate, string Key), (ServerCertificate Pair, Stamp Certificate, Stamp Key)> _known = new();

    public ServerCertificate? Find(string certificateFile, string keyFile, out string error)
    {
        error = "";
        // Looked at before the files are read: what changes in between is noticed the next time.
        var (certificate, key) = (Stamp.Of(certificateFile), Stamp.Of(keyFile));
        if (_known.TryGetValue((certificateFile, keyFile), out var known) && known.Certificate == certificate && known.Key == key) return known.Pair;
        if (ServerCertificate.Load(certificateFile, keyFile, out error) is not { } pair) return null;
        if (_known.Count >= MostKept) _known.Clear();
        _known[(certificateFile, keyFile)] = (pair, certificate, key);
        return pair;
    }

    readonly record struct Stamp(long Size, DateTime Changed, string Target)
    {
        /// <summary>A renewed certificate is often a link to a new file.</summary>
        public static Stamp Of(string path)
        {
            try
            {
                var file = new FileInfo(path);
                return file.Exists ? new(file.LinkTarget is null ? file.Length : 0, file.LinkTarget is { } ? new FileInfo(file.ResolveLinkTarget(returnFinalTarget: true)?.FullName ?? path).LastWriteTimeUtc : file.LastWriteTimeUtc, file.LinkTarget ?? "") : default;
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException or ArgumentException) { return default; } // reading the file says why
        }
    }
}
