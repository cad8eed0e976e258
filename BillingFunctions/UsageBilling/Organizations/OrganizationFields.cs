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
internal sealed record OrganizationView(string Id, string Name, string? Email, string? StripeCustomerId, DateTimeOffset CreatedAt, DateTimeOffset UpdatedAt)
{
    public static OrganizationView From(Organization organization) => new(
        organization.Id, organization.Name, organization.Email, organization.StripeCustomerId, organization.CreatedAt, organization.UpdatedAt);
}
