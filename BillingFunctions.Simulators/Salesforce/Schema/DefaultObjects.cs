namespace BillingFunctions.Simulators.Salesforce.Schema;

/// <summary>What an organization has that synchronizes its customers with a billing app.</summary>
public static class DefaultObjects
{
    /// <summary>The customers; the id in the billing app is their external id.</summary>
    public static SalesforceObject Account { get; } = new(
        "Account", "001",
        new SalesforceField("Name") { IsRequired = true, MaxLength = 255 },
        new SalesforceField("Phone") { MaxLength = 40 },
        new SalesforceField("Email__c", FieldKind.Email) { MaxLength = 80 },
        new SalesforceField("Billing_Customer_Id__c") { IsExternalId = true, IsUnique = true, IsCaseSensitive = true, MaxLength = 255 },
        new SalesforceField("Stripe_Customer_Id__c") { MaxLength = 255 });

    /// <summary>The invoices of the customers.</summary>
    public static SalesforceObject Invoice { get; } = new(
        "Billing_Invoice__c", "a00",
        new SalesforceField("Billing_Invoice_Id__c") { IsExternalId = true, IsUnique = true, IsCaseSensitive = true, MaxLength = 255 },
        new SalesforceField("Customer__c") { MaxLength = 255 },
        new SalesforceField("Amount__c", FieldKind.Number),
        new SalesforceField("Currency__c") { MaxLength = 3 },
        new SalesforceField("Description__c"));

    public static IReadOnlyList<SalesforceObject> All { get; } = [Account, Invoice];
}
