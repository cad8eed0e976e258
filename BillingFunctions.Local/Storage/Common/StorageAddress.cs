namespace BillingFunctions.Local.Storage;

/// <summary>What an address of a storage service tells.</summary>
internal static class StorageAddress
{
    /// <summary>The account: the first label of the host, or the first segment of the path where the host is an IP address.</summary>
    public static string AccountOf(Uri address) =>
        IsPathStyle(address) ? Segments(address).FirstOrDefault(string.Empty) : address.Host.Split('.', 2)[0];

    /// <summary>The decoded segments of the path after the account.</summary>
    public static IEnumerable<string> ResourceOf(Uri address) =>
        Segments(address).Skip(IsPathStyle(address) ? 1 : 0).Select(Uri.UnescapeDataString);

    private static bool IsPathStyle(Uri address) =>
        address.HostNameType is UriHostNameType.IPv4 or UriHostNameType.IPv6 || address.Host is "localhost";

    private static string[] Segments(Uri address) => address.AbsolutePath.Split('/', StringSplitOptions.RemoveEmptyEntries);
}
