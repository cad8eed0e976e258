using BillingFunctions.Connectors.Tasks;
using BillingFunctions.Customers.Merging;
using BillingFunctions.Platform.Http;
using BillingFunctions.Platform.Storage;

namespace BillingFunctions.Connectors.Requests;

/// <summary>A customer as callers write it.</summary>
/// <param name="Id">Our id of it; null when the caller names none.</param>
/// <param name="Changes">The fields that it names; null clears one.</param>
/// <param name="Errors">What is wrong.</param>
internal sealed record CustomerBody(string? Id, IReadOnlyDictionary<string, string?> Changes, FieldErrors Errors)
{
    private const int MaxId = 255;
    private const int MaxName = 256;
    private const int MaxPhone = 20;

    /// <summary>Stripe's limits; one of its 50 entries is our id.</summary>
    private const int MaxMetadata = 49;

    /// <inheritdoc cref="MaxMetadata"/>
    private const int MaxKey = 40;

    /// <inheritdoc cref="MaxMetadata"/>
    private const int MaxValue = 500;

    /// <summary>Reads a body.</summary>
    /// <param name="body">The JSON.</param>
    /// <param name="isNew">Whether it is about a customer to be created: then it may name an id, and must have an address.</param>
    /// <param name="idKey">The key of the metadata that is not the caller's: our id stands under it.</param>
    public static CustomerBody Read(ReadOnlySpan<byte> body, bool isNew, string idKey)
    {
        var fields = BodyFields.Read(body, "customer");
        var changes = new Dictionary<string, string?>();
        var id = isNew ? fields.TextOrWhole("id", MaxId, $"text of at most {MaxId} characters, which is neither an id of Stripe's (cus_…) nor the id of a task", IsId) : null;
        var email = Add(CustomerContent.EmailField, fields.Email("email"));
        Add(CustomerContent.NameField, fields.Text("name", MaxName));
        Add(CustomerContent.PhoneField, fields.Text("phone", MaxPhone));
        foreach (var (key, value) in fields.Texts("metadata", MaxMetadata, MaxKey, MaxValue))
        {
            changes[CustomerContent.MetadataPrefix + key] = value;
            if (key == idKey)
            {
                fields.Errors.Add("metadata", $"The key {idKey} is taken: our own id stands under it.");
            }
        }

        if (isNew || fields.Has("email"))
        {
            fields.Require("email", email);
        }

        fields.RefuseOthers();
        return new CustomerBody(id, changes, fields.Errors);

        string? Add(string field, string? value)
        {
            if (fields.Has(field))
            {
                changes[field] = value;
            }

            return value;
        }
    }

    /// <summary>A digest of what is asked for, the same however it is written.</summary>
    public string Digest() => ConnectorPlan.DigestOf(CustomerContent.Empty.With(Changes));

    private static bool IsId(string text) =>
        TableKey.IsValid(text) && !text.StartsWith("cus_", StringComparison.Ordinal) && !ConnectorTask.IsId(text);
}

// What the reader above takes, for the description of the API; a test compares the two.

/// <summary>A change of a customer. May be wrapped in <c>customer</c>.</summary>
internal record CustomerChangeBody
{
    /// <summary>An e-mail address; cannot be cleared.</summary>
    public string? Email { get; init; }

    /// <summary>At most 256 characters.</summary>
    public string? Name { get; init; }

    /// <summary>At most 20 characters.</summary>
    public string? Phone { get; init; }

    /// <summary>At most 49 texts by keys of at most 40 characters; null removes one, others stay.</summary>
    public IReadOnlyDictionary<string, string?>? Metadata { get; init; }
}

/// <summary>A new customer. May be wrapped in <c>customer</c>.</summary>
internal sealed record NewCustomerBody : CustomerChangeBody
{
    /// <summary>An e-mail address.</summary>
    public required new string Email { get; init; }

    /// <summary>Our id of it; one is made if none is named.</summary>
    public string? Id { get; init; }
}
