using System.Text.Json.Nodes;

namespace BillingFunctions.Platform.OpenApi;

/// <summary>What values look like, and what those parameters say that many routes have. Names mean the same wherever they stand; an <c>id</c> looks like the thing it is of.</summary>
internal static class Samples
{
    private const string Customer = "cus_QXg1o8vcGmoR32";
    private const string Organization = "org_019ac3f2b7c14e9d2a60b1f3";
    private const string UsageInvoice = "inv_019ac3f2b7c14e9d2a60b1f3019ac3f3015ac81b77d09e42";
    private const string UsageItem = "ii_019ac3f2b7c14e9d2a60b1f3019ac3f3015ac81b77d09e42019ac3f4a2f05d9c31e8b760";
    private const string Export = "exp_019ac3f2b7c17e9d82a60b1f3c5d7e90";
    private const string Upload = "upl_019ac3f2b7c17e9d82a60b1f3c5d7e90";
    private const string Import = "imp_019ac3f2b7c17e9d82a60b1f3c5d7e90";
    private const string Action = "act_019ac3f2b7c17e9d82a60b1f3c5d7e90";
    private const string BulkJob = "bulk_019ac3f2b7c17e9d82a60b1f3c5d7e90";
    private const string Comparison = "cmp_019ac3f2b7c17e9d82a60b1f3c5d7e90";
    private const string Task = "tsk_019ac3f2b7c17e9d82a60b1f3c5d7e90";
    private const string Subscription = "sub_1RkTzq2eZvKYlo2C";
    private const string Event = "evt_1RkTzr2eZvKYlo2C";
    private const string Address = "ann@example.com";
    private const string Month = "2026-10";
    private const string Time = "2026-11-01T06:00:00Z";

    private static readonly Dictionary<string, string> Texts = new()
    {
        ["id"] = "The id, as the list and the answer to its creation show it.",
        ["customerId"] = "Our id of the customer.",
        ["month"] = "The month, `yyyy-MM`.",
        ["name"] = "The connector: `stripe` or `salesforce`.",
        ["kind"] = "What it is: `invoice` (monthly or of an organization), `mail` (of a monthly invoice), `item`, `subscription`, `customer`, `export` or `webhook_event`.",
        ["token"] = "The end of the link's validity and its signature, as `GET /api/download_links` makes them.",
        ["limit"] = "How many at most, 1 to 100; 20 if it is not given.",
        ["cursor"] = "The `next_cursor` of the page before; without it the first page.",
        ["Idempotency-Key"] = "A text of 1 to 255 characters. The same key and request within a day get the first answer again and change nothing; the same key with another request is refused.",
        ["If-Match"] = "The `ETag` of the version that is to be changed. Without it the change is made whatever the present version is.",
    };

    /// <summary>By name; before it, where one is needed, the type or the segment of the path that it is of.</summary>
    private static readonly Dictionary<string, JsonNode> Values = new()
    {
        ["proofs.id"] = "prf_019ac3f2b7c17e9d82a60b1f3c5d7e90",
        ["proofs.compare"] = "prf_019ac3f2b7c17e9d82a60b1f3c5d7e90",
        ["Proof.id"] = "prf_019ac3f2b7c17e9d82a60b1f3c5d7e90",
        ["explain.id"] = "2026-10/42",
        ["exports.id"] = Export,
        ["explain.kind"] = "invoice",
        ["MonthlyInvoice.id"] = "2026-10/42",
        ["uploads.id"] = Upload,
        ["import.id"] = Import,
        ["tasks.id"] = Task,
        ["subscriptions.id"] = Subscription,
        ["webhook_events.id"] = Event,
        ["organizations.id"] = Organization,
        ["invoices.id"] = UsageInvoice,
        ["invoice_items.id"] = UsageItem,
        ["customers.id"] = "42",
        ["customerId"] = "42",
        ["month"] = Month,
        ["connectors.name"] = "stripe",
        ["forecast.limit"] = "95/60",
        ["limit"] = 20,
        ["Idempotency-Key"] = "order-4711",
        ["items_per_minute"] = 500,
        ["organizations"] = 30_000,
        ["customer"] = Customer,
        ["bulk_jobs.id"] = BulkJob,
        ["comparisons.id"] = Comparison,
        ["actions.compare"] = Comparison,
        ["audit.outcome"] = "done",
        ["invoices.status"] = "delivery_unknown,email_failed",

        ["Export.id"] = Export,
        ["OperatorAction.id"] = Action,
        ["BulkJob.id"] = BulkJob,
        ["Comparison.id"] = Comparison,
        ["ShadowAction.subject"] = "42",
        ["UploadSummary.id"] = Upload,
        ["AcceptedUpload.id"] = Upload,
        ["Import.id"] = Import,
        ["AcceptedImport.id"] = Import,
        ["Task.id"] = Task,
        ["task_id"] = Task,
        ["Subscription.id"] = Subscription,
        ["subscription_id"] = Subscription,
        ["StoredEvent.id"] = Event,
        ["event_id"] = Event,
        ["last_event_id"] = Event,
        ["Organization.id"] = Organization,
        ["organization_id"] = Organization,
        ["UsageInvoice.id"] = UsageInvoice,
        ["UsageItem.invoice_id"] = UsageInvoice,
        ["invoice"] = UsageInvoice,
        ["UsageItem.id"] = UsageItem,
        ["UsageItem.stripe_id"] = "il_1RkU0A2eZvKYlo2C",
        ["stripe_invoice_id"] = "in_1RkU0A2eZvKYlo2C",
        ["Customer.id"] = "42",
        ["NewCustomerBody.id"] = "42",
        ["customer_id"] = "42",
        ["stripe_id"] = Customer,
        ["stripe_customer_id"] = Customer,
        ["Subscription.customer_id"] = Customer,
        ["SubscriptionDifference.customer_id"] = Customer,

        ["amount"] = 1250,
        ["currency"] = "usd",
        ["period"] = Month,
        ["first_billing_month"] = Month,
        ["email"] = Address,
        ["customer_email"] = Address,
        ["notify_email"] = "books@example.com",
        ["customer_name"] = "Ann",
        ["name"] = "Ann",
        ["OrganizationBody.name"] = "Acme",
        ["Organization.name"] = "Acme",
        ["Connector.name"] = "stripe",
        ["IgnoredColumn.name"] = "notes",
        ["phone"] = "+15555550100",
        ["time_zone"] = "Europe/Berlin",
        ["description"] = "Usage in October",
        ["product"] = "requests",
        ["quantity"] = 400,
        ["requested_by"] = "127.0.0.1",
        ["target_directory"] = "exports/2026",
        ["file_name"] = "customers.csv",
        ["target"] = "exports/2026/customers.csv",
        ["path"] = "exports/2026/customers.csv",
        ["ExportRequest.fields"] = new JsonArray("id", "email", "address.country", "metadata.plan"),
        ["Export.fields"] = new JsonArray("id", "email", "address.country", "metadata.plan"),
        ["sha256"] = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        ["StoredEvent.type"] = "invoice.paid",
        ["Audit.type"] = "invoice.paid",
        ["stripe_status"] = "active",
        ["expires_in"] = 86_400,
        ["late"] = "next_period",
        ["outcome"] = "sent",
        ["ForecastRequest.limit"] = "95/60",
        ["ForecastRequest.amounts_limit"] = "50/1",
        ["ForecastRequest.date"] = "2026-12-05",
        ["StorageWork.name"] = "turns",
        ["NoticeBody.ids"] = new JsonArray("001A00000123456IAA"),
        ["from"] = Time,
    };

    /// <param name="route">The route of a function.</param>
    /// <param name="name">The name of a parameter.</param>
    /// <returns>What it says, null when that depends on the route; and what it looks like, null when that is plain.</returns>
    public static (string? Text, JsonNode? Value) OfParameter(string route, string name)
    {
        var before = route.Split('/').Reverse().SkipWhile(segment => segment != $"{{{name}}}").FirstOrDefault(segment => !segment.StartsWith('{')) ?? route.Split('/').Last(segment => !segment.StartsWith('{'));
        return (Texts.GetValueOrDefault(name), Find(before, name));
    }

    /// <param name="schema">The name of a schema; null when it has none.</param>
    /// <param name="name">The name of a field.</param>
    /// <returns>Null when what it looks like is plain.</returns>
    public static JsonNode? OfProperty(string? schema, string name) => Find(schema, name);

    private static JsonNode? Find(string? of, string name) => Values.GetValueOrDefault($"{of}.{name}") ?? Values.GetValueOrDefault(name);
}
