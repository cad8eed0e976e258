namespace BillingFunctions.CustomerUploads.Rows;

/// <summary>
/// What a good row says of a customer. Null: the file has no such column, and what is stored stays. Empty: the cell is, and what is stored goes.
/// </summary>
internal sealed record UploadedCustomer(string Id, string Email)
{
    public string? Name { get; init; }

    public string? Phone { get; init; }

    public string? Currency { get; init; }

    public string? TimeZone { get; init; }

    public string? StripeId { get; init; }

    /// <summary><c>yyyy-MM</c>.</summary>
    public string? FirstBillingMonth { get; init; }

    /// <summary>All there is to be; null when the file has no such columns.</summary>
    public IReadOnlyDictionary<string, string>? Metadata { get; init; }
}
