namespace BillingFunctions.LocalHost.Services;

/// <summary>The folders below <c>.local/</c>, where the data of local runs lives from one to the next.</summary>
internal static class LocalFolder
{
    /// <summary>Makes the folder if need be and returns its path.</summary>
    public static string Create(string root, string name) => Directory.CreateDirectory(Path.Combine(root, ".local", name)).FullName;
}
