using System.Reflection;
using System.Security.Cryptography;

namespace BillingFunctions.Dashboard.Assets;

/// <summary>
/// The style sheets and scripts of the dashboard, which are part of the assembly. Their addresses hold a digest of their content, so that browsers may keep them for ever and have the right ones after a
/// deployment.
/// </summary>
internal static class DashboardAssets
{
    public const string Route = "dashboard/assets";

    private const int DigestLength = 12;

    private static readonly IReadOnlyDictionary<string, Asset> ByName = Read();

    private static readonly IReadOnlyDictionary<string, Asset> ByFile = ByName.Values.ToDictionary(asset => asset.File, StringComparer.Ordinal);

    /// <summary>The address of an asset.</summary>
    /// <param name="name">The name of its file in the sources.</param>
    public static string UrlOf(string name) => $"/{Route}/{ByName[name].File}";

    /// <param name="file">The last segment of an address.</param>
    /// <returns>Null when there is no such asset, or its content is another by now.</returns>
    public static Asset? Find(string file) => ByFile.GetValueOrDefault(file);

    private static Dictionary<string, Asset> Read()
    {
        var assembly = Assembly.GetExecutingAssembly();
        var prefix = $"{typeof(DashboardAssets).Namespace}.";
        return assembly.GetManifestResourceNames().Where(name => name.StartsWith(prefix, StringComparison.Ordinal)).Select(name =>
        {
            using var stream = assembly.GetManifestResourceStream(name)!;
            var content = new byte[stream.Length];
            stream.ReadExactly(content);
            return Asset.From(name[prefix.Length..].Replace("Vendor.", "", StringComparison.Ordinal), content, DigestLength);
        }).ToDictionary(asset => asset.Name, StringComparer.Ordinal);
    }
}

/// <param name="Name">The name of its file in the sources.</param>
/// <param name="File">The last segment of its address.</param>
/// <param name="ContentType">Its media type.</param>
/// <param name="Content">What it consists of.</param>
internal sealed record Asset(string Name, string File, string ContentType, byte[] Content)
{
    public static Asset From(string name, byte[] content, int digestLength)
    {
        var (stem, extension) = (Path.GetFileNameWithoutExtension(name), Path.GetExtension(name));
        var digest = Convert.ToHexStringLower(SHA256.HashData(content))[..digestLength];
        return new Asset(name, $"{stem}.{digest}{extension}", extension == ".css" ? "text/css; charset=utf-8" : "text/javascript; charset=utf-8", content);
    }
}
