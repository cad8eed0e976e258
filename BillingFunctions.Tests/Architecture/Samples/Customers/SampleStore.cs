using Azure.Data.Tables;

namespace BillingFunctions.Tests.Architecture.Samples.Customers;

internal sealed class SampleStore
{
    public const string Table = "Samples";

    public static Task<int> CountAsync() => Task.FromResult(0);
}

/// <summary>A store by what it holds, not by its name.</summary>
internal sealed class SampleRows(TableServiceClient tables)
{
    public Uri Address => tables.Uri;
}

/// <summary>No store: others may know it.</summary>
internal sealed record SampleCustomer(string Id);
