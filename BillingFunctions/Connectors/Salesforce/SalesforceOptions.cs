using System.ComponentModel.DataAnnotations;
using System.Net;
using System.Text.RegularExpressions;
using BillingFunctions.Customers.Merging;
using BillingFunctions.Platform.RateLimiting;
using Microsoft.Extensions.Options;

namespace BillingFunctions.Connectors.Salesforce;

/// <summary>The <c>Salesforce__…</c> settings.</summary>
public sealed partial class SalesforceOptions : IValidatableObject
{
    public const string Section = "Salesforce";

    private const int OrganizationIdDigits = 15;

    /// <summary>Without them the connector is off.</summary>
    internal static readonly string[] Required = [$"{Section}__{nameof(InstanceUrl)}", $"{Section}__{nameof(ClientId)}", $"{Section}__{nameof(ClientSecret)}"];

    private static readonly string[] CustomerFields = [CustomerContent.NameField, CustomerContent.EmailField, CustomerContent.PhoneField, CustomerContent.StripeIdField];
    private static readonly string[] InvoiceFieldNames = ["customer_id", "salesforce_customer_id", "amount", "currency", "description"];

    /// <summary>The address of the org, such as <c>https://example.my.salesforce.com</c>.</summary>
    public string? InstanceUrl { get; set; }

    /// <summary>The consumer key of an External Client App with the client credentials flow.</summary>
    public string? ClientId { get; set; }

    /// <summary>Its consumer secret.</summary>
    public string? ClientSecret { get; set; }

    /// <summary>The object that a customer is, such as <c>Account</c> (default) or <c>Contact</c>.</summary>
    public string Object { get; set; } = "Account";

    /// <summary>Its field with our id of the customer: a text, unique, marked as an external id.</summary>
    public string ExternalIdField { get; set; } = "Billing_Customer_Id__c";

    /// <summary>
    /// Its fields by ours, <c>name</c>, <c>email</c>, <c>phone</c> and <c>stripe_customer_id</c>: <c>Name</c>, <c>Email__c</c>, <c>Phone</c>, and none for the last, unless set. An
    /// empty text takes a field out.
    /// </summary>
    public Dictionary<string, string> Fields { get; set; } = new(StringComparer.Ordinal);

    /// <summary>The object that an invoice is; invoices are not sent when empty.</summary>
    public string? InvoiceObject { get; set; }

    /// <summary>Its field with the id of the task, an external id.</summary>
    public string InvoiceExternalIdField { get; set; } = "Billing_Invoice_Id__c";

    /// <summary>
    /// Its fields by ours, <c>customer_id</c>, <c>salesforce_customer_id</c>, <c>amount</c> (in major units, as Salesforce has it), <c>currency</c> and <c>description</c>:
    /// none, <c>Customer__c</c>, <c>Amount__c</c>, <c>Currency__c</c> and <c>Description__c</c>, unless set.
    /// </summary>
    public Dictionary<string, string> InvoiceFields { get; set; } = new(StringComparer.Ordinal);

    /// <summary>The org's id, 15 or 18 characters: a notice of another org is refused. Outbound messages are not taken while it is empty.</summary>
    public string? OrganizationId { get; set; }

    /// <summary>The secret by which JSON notices are signed; they are not taken while it is empty.</summary>
    public string? NoticeSecret { get; set; }

    /// <summary>Networks that outbound messages may come from, such as <c>13.108.0.0/14</c>, comma-separated; any when empty.</summary>
    public string? SourceAddresses { get; set; }

    /// <summary>The SHA-256 thumbprint, in hex, of the client certificate that outbound messages must come with; none when empty.</summary>
    public string? ClientCertificate { get; set; }

    /// <summary>Calls to the API; 10/1 when empty. Salesforce counts calls by the day: a call takes up to 200 customers.</summary>
    public string? RateLimit { get; set; }

    internal RateLimit Limit => Platform.RateLimiting.RateLimit.TryParse(string.IsNullOrEmpty(RateLimit) ? "10/1" : RateLimit, out var limit)
        ? limit
        : throw new OptionsValidationException(Section, typeof(SalesforceOptions), [$"Not a rate limit: {RateLimit}"]);

    internal IReadOnlyList<string> Missing => [.. new[] { InstanceUrl, ClientId, ClientSecret }.Zip(Required).Where(setting => string.IsNullOrWhiteSpace(setting.First)).Select(setting => setting.Second)];

    /// <summary>Salesforce's fields by ours, of a customer.</summary>
    internal IReadOnlyDictionary<string, string> CustomerMap => Mapped(
        Fields,
        new() { [CustomerContent.NameField] = "Name", [CustomerContent.EmailField] = "Email__c", [CustomerContent.PhoneField] = "Phone" });

    /// <summary>Salesforce's fields by ours, of an invoice.</summary>
    internal IReadOnlyDictionary<string, string> InvoiceMap => Mapped(
        InvoiceFields,
        new() { ["salesforce_customer_id"] = "Customer__c", ["amount"] = "Amount__c", ["currency"] = "Currency__c", ["description"] = "Description__c" });

    internal IReadOnlyList<IPNetwork> SourceNetworks => [.. Split(SourceAddresses).Select(text => IPNetwork.Parse(AsNetwork(text)))];

    /// <summary>Whether an org's id, of 15 or 18 characters, is that of ours. The last three only check the others.</summary>
    internal bool IsOurOrganization(string? id) =>
        OrganizationId is { Length: >= OrganizationIdDigits } ours && id is { Length: OrganizationIdDigits or 18 } && string.Equals(ours[..OrganizationIdDigits], id[..OrganizationIdDigits], StringComparison.Ordinal);

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (!string.IsNullOrEmpty(InstanceUrl) && (!Uri.TryCreate(InstanceUrl, UriKind.Absolute, out var uri) || uri.Scheme is not ("http" or "https")))
        {
            yield return new ValidationResult($"Salesforce__InstanceUrl is '{InstanceUrl}'; it must be an absolute http or https address.", [nameof(InstanceUrl)]);
        }

        foreach (var (setting, name) in Names().Where(entry => !string.IsNullOrEmpty(entry.Name) && !ApiName().IsMatch(entry.Name)))
        {
            yield return new ValidationResult($"Salesforce__{setting} is '{name}'; it must be the API name of an object or a field, such as Email__c.");
        }

        foreach (var field in Fields.Keys.Except(CustomerFields))
        {
            yield return new ValidationResult($"Salesforce__Fields__{field} is set; fields that can be mapped are {string.Join(", ", CustomerFields)}.");
        }

        foreach (var field in InvoiceFields.Keys.Except(InvoiceFieldNames))
        {
            yield return new ValidationResult($"Salesforce__InvoiceFields__{field} is set; fields that can be mapped are {string.Join(", ", InvoiceFieldNames)}.");
        }

        if (!string.IsNullOrEmpty(OrganizationId) && OrganizationId.Length is not (OrganizationIdDigits or 18))
        {
            yield return new ValidationResult($"Salesforce__OrganizationId is '{OrganizationId}'; it must be the id of an org, 15 or 18 characters.", [nameof(OrganizationId)]);
        }

        if (!string.IsNullOrEmpty(RateLimit) && !Platform.RateLimiting.RateLimit.TryParse(RateLimit, out _))
        {
            yield return new ValidationResult($"Salesforce__RateLimit is '{RateLimit}'; it must be {Platform.RateLimiting.RateLimit.Allowed}.", [nameof(RateLimit)]);
        }

        foreach (var network in Split(SourceAddresses).Where(text => !IPNetwork.TryParse(AsNetwork(text), out _)))
        {
            yield return new ValidationResult($"Salesforce__SourceAddresses has '{network}'; its parts must be IP addresses or networks such as 13.108.0.0/14, separated by commas.", [nameof(SourceAddresses)]);
        }

        if (!string.IsNullOrEmpty(ClientCertificate) && !(ClientCertificate.Length == 64 && ClientCertificate.All(char.IsAsciiHexDigit)))
        {
            yield return new ValidationResult("Salesforce__ClientCertificate must be a SHA-256 thumbprint of 64 hex digits.", [nameof(ClientCertificate)]);
        }
    }

    private IEnumerable<(string Setting, string Name)> Names() =>
    [
        (nameof(Object), Object), (nameof(ExternalIdField), ExternalIdField), (nameof(InvoiceObject), InvoiceObject ?? ""), (nameof(InvoiceExternalIdField), InvoiceExternalIdField),
        .. Fields.Select(field => ($"{nameof(Fields)}__{field.Key}", field.Value)), .. InvoiceFields.Select(field => ($"{nameof(InvoiceFields)}__{field.Key}", field.Value)),
    ];

    private static Dictionary<string, string> Mapped(Dictionary<string, string> given, Dictionary<string, string> map)
    {
        foreach (var (field, name) in given)
        {
            map[field] = name;
        }

        return map.Where(field => !string.IsNullOrEmpty(field.Value)).ToDictionary();
    }

    private static string[] Split(string? text) => (text ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    /// <summary>An address is the network of that one.</summary>
    private static string AsNetwork(string text) => text.Contains('/') ? text : $"{text}/{(text.Contains(':') ? 128 : 32)}";

    [GeneratedRegex("^[A-Za-z][A-Za-z0-9_]{0,79}$", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex ApiName();
}

[OptionsValidator]
internal sealed partial class SalesforceOptionsValidator : IValidateOptions<SalesforceOptions>;
