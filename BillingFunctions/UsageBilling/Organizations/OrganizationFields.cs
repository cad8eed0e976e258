using BillingFunctions.Platform.Http;
using BillingFunctions.Platform.Stripe;

namespace BillingFunctions.UsageBilling.Organizations;

/// <summary>An organization as callers write and read it.</summary>
internal static class OrganizationFields
{
    private const string Wrapper = "organization";
    private const int MaxName = 256;

    /// <summary>Reads a body.</summary>
    /// <param name="body">The JSON.</param>
    /// <param name="present">The organization that is changed: what the body does not name stays; null when all is replaced, or it is a new one.</param>
    public static (Organization Organization, FieldErrors Errors) Read(ReadOnlySpan<byte> body, Organization? present)
    {
        var fields = BodyFields.Read(body, Wrapper);
        var name = fields.Text("name", MaxName);
        var email = fields.Email("email");
        var customer = fields.Text("stripe_customer_id", 255, StripeCustomerId.Allowed, StripeCustomerId.IsPossible);
        if (present is null || fields.Has("name"))
        {
            fields.Require("name", name);
        }

        fields.RefuseOthers();
        var organization = new Organization
        {
            Id = "",
            Name = name ?? present?.Name ?? "",
            Email = present is not null && !fields.Has("email") ? present.Email : email,
            StripeCustomerId = customer ?? present?.StripeCustomerId,
            CreatedAt = default,
            UpdatedAt = default,
        };
        return (organization, fields.Errors);
    }
}

/// <summary>An organization as <c>/api/organizations</c> shows it.</summary>
/// <param name="Id"><c>org_…</c>.</param>
/// <param name="Name">Its name.</param>
/// <param name="Email">Where its invoices go.</param>
/// <param name="StripeCustomerId">Its customer at Stripe; null until it is made.</param>
/// <param name="CreatedAt">When it was created.</param>
/// <param name="UpdatedAt">When it was last changed.</param>
public sealed record OrganizationView(string Id, string Name, string? Email, string? StripeCustomerId, DateTimeOffset CreatedAt, DateTimeOffset UpdatedAt)
{
    internal static OrganizationView From(Organization organization) => new(
        organization.Id, organization.Name, organization.Email, organization.StripeCustomerId, organization.CreatedAt, organization.UpdatedAt);
}

// What the reader above takes, for the description of the API; a test compares the two.

/// <summary>An organization. May be wrapped in <c>organization</c>.</summary>
internal sealed record OrganizationBody
{
    /// <summary>Its name, at most 256 characters.</summary>
    public required string Name { get; init; }

    /// <summary>Where its invoices go.</summary>
    public string? Email { get; init; }

    /// <summary>Its customer at Stripe; made by the sync if none is named. Cannot be changed once it is set.</summary>
    public string? StripeCustomerId { get; init; }
}
