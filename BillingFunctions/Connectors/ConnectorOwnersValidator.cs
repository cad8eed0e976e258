using BillingFunctions.Customers;
using BillingFunctions.Customers.Merging;
using Microsoft.Extensions.Options;

namespace BillingFunctions.Connectors;

/// <summary>Refuses an owner of a field that is no connector: with a mistyped name no system would own the field.</summary>
/// <param name="connectors">Their names alone: settings are checked before anything that needs them is made.</param>
internal sealed class ConnectorOwnersValidator(IEnumerable<ConnectorName> connectors) : IValidateOptions<FieldOwners>
{
    public ValidateOptionsResult Validate(string? name, FieldOwners options)
    {
        List<string> known = [FieldOwners.Newest, Customer.FromApi, .. connectors.Select(connector => connector.Value).Order(StringComparer.Ordinal)];
        List<string> wrong =
        [
            .. options.Owners.Where(owner => !known.Contains(owner.Value, StringComparer.OrdinalIgnoreCase))
                .Select(owner => $"Sync__Owners__{owner.Key} is '{owner.Value}'; it must be one of {string.Join(", ", known)}."),
        ];
        return wrong.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(wrong);
    }
}

/// <summary>The name of a connector, be it on or off.</summary>
internal sealed record ConnectorName(string Value);
