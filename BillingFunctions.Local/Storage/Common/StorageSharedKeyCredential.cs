using BillingFunctions.Local.Storage;

namespace Azure.Storage;

/// <summary>An account's name and key, with which requests are signed.</summary>
public class StorageSharedKeyCredential
{
    /// <param name="accountName">The account's name.</param>
    /// <param name="accountKey">The account's key in base64.</param>
    /// <exception cref="FormatException"><paramref name="accountKey"/> is not base64.</exception>
    public StorageSharedKeyCredential(string accountName, string accountKey)
    {
        ArgumentNullException.ThrowIfNull(accountName);
        ArgumentNullException.ThrowIfNull(accountKey);
        Key = new AccountKey(accountName, accountKey);
    }

    /// <summary>The account's name.</summary>
    public string AccountName => Key.AccountName;

    internal AccountKey Key { get; }
}
