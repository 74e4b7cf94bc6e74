using System.Reflection;
using System.Runtime.Loader;
using ScriptMta.Expansion;
using ScriptMta.Lookups;

namespace ScriptMta.Tests.Lookups;

/// <summary>Drivers are 4 MB of code; a program that asks no database never pays for them.</summary>
public sealed class DriverLoadingTests
{
    [Fact]
    public void Lookup_types_are_made_without_their_drivers()
    {
        var context = new OwnAssemblies(typeof(LookupTypes).Assembly.Location);
        var product = context.LoadFromAssemblyName(typeof(LookupTypes).Assembly.GetName());
        var options = product.GetType(typeof(DatabaseOptions).FullName!)!.GetField(nameof(DatabaseOptions.None))!.GetValue(null);
        foreach (var type in new[] { typeof(PgsqlLookup), typeof(MysqlLookup), typeof(SqliteLookup), typeof(RedisLookup) })
        {
            var lookup = Activator.CreateInstance(product.GetType(type.FullName!)!, options)!;
            Assert.True((bool)lookup.GetType().GetProperty(nameof(ILookup.IsQuery))!.GetValue(lookup)!);
        }
        Assert.Equal([product.GetName().Name], context.Assemblies.Select(a => a.GetName().Name));
    }

    /// <summary>Loads the product and what it asks for anew, so that what other tests have loaded does not count.</summary>
    sealed class OwnAssemblies(string path) : AssemblyLoadContext(isCollectible: false)
    {
        protected override Assembly? Load(AssemblyName assemblyName) =>
            Path.Combine(Path.GetDirectoryName(path)!, assemblyName.Name + ".dll") is var file && File.Exists(file) ? LoadFromAssemblyPath(file) : null;
    }
}
