using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace BillingFunctions.Platform.Storage;

/// <summary>
/// The connection to the app's own tables, queues and blobs: <c>BillingStorage</c>, a connection string, or <c>BillingStorage__tableServiceUri</c>,
/// <c>__queueServiceUri</c> and <c>__blobServiceUri</c>, which are reached with an identity. The host reads the same settings for the queue triggers.
/// </summary>
internal static class StorageConnection
{
    public const string Name = "BillingStorage";

    private static readonly string[] Services = ["table", "queue", "blob"];

    /// <summary>What is missing to reach storage; nothing when all is there.</summary>
    public static IReadOnlyList<string> MissingIn(IConfiguration configuration)
    {
        var section = configuration.GetSection(Name);
        var missing = string.IsNullOrWhiteSpace(section.Value)
            ? Services.Where(service => string.IsNullOrWhiteSpace(section[UriOf(service)])).Select(service => $"{Name}__{UriOf(service)}").ToList()
            : [];
        return missing.Count == Services.Length ? [Name] : missing;
    }

    /// <summary>The address of a service, when it is to be reached with an identity.</summary>
    /// <exception cref="OptionsValidationException">It is not an address.</exception>
    public static Uri AddressOf(IConfigurationSection section, string service) =>
        Uri.TryCreate(section[UriOf(service)], UriKind.Absolute, out var address) && address.Scheme is "http" or "https"
            ? address
            : throw Invalid($"{Name}__{UriOf(service)} must be the absolute address of the storage account's {service} service.");

    /// <summary>A wrong value stops the app. It is not shown: a connection string has a key in it.</summary>
    public static OptionsValidationException Invalid(string message) => new(Name, typeof(StorageConnection), [message]);

    private static string UriOf(string service) => $"{service}ServiceUri";
}
