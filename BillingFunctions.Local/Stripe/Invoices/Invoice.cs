using System.Text.Json.Serialization;

namespace Stripe;

/// <summary>An invoice. Amounts are in minor units of its currency.</summary>
[JsonConverter(typeof(StripeEntityConverterFactory))]
public class Invoice : StripeEntity<Invoice>, IHasId, IHasMetadata, IHasObject
{
    public string Id { get; set; } = null!;

    public string Object { get; set; } = null!;

    public long AmountDue { get; set; }

    public long AmountPaid { get; set; }

    public long AmountRemaining { get; set; }

    public long AttemptCount { get; set; }

    public bool Attempted { get; set; }

    /// <summary>Whether Stripe moves it on by itself: finalizes, collects, reminds.</summary>
    public bool AutoAdvance { get; set; }

    /// <summary>Such as <c>manual</c>, <c>subscription_create</c> or <c>subscription_cycle</c>.</summary>
    public string? BillingReason { get; set; }

    /// <summary><c>charge_automatically</c> or <c>send_invoice</c>.</summary>
    public string CollectionMethod { get; set; } = null!;

    public DateTime Created { get; set; } = DateTime.UnixEpoch;

    /// <summary>Three lower-case letters.</summary>
    public string Currency { get; set; } = null!;

    [JsonIgnore]
    public string CustomerId
    {
        get => InternalCustomer?.Id!;
        set => InternalCustomer = ExpandableField<Customer>.Of(value, InternalCustomer);
    }

    /// <summary>Null unless expanded.</summary>
    [JsonIgnore]
    public Customer? Customer
    {
        get => InternalCustomer?.ExpandedObject;
        set => InternalCustomer = new ExpandableField<Customer>(value);
    }

    /// <summary>As it was when the invoice was finalized; so with the other fields of the customer.</summary>
    public Address? CustomerAddress { get; set; }

    public string? CustomerEmail { get; set; }

    public string? CustomerName { get; set; }

    public string? CustomerPhone { get; set; }

    public string? CustomerTaxExempt { get; set; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public bool? Deleted { get; set; }

    public string? Description { get; set; }

    /// <summary>Only of invoices that are sent.</summary>
    public DateTime? DueDate { get; set; }

    public DateTime? EffectiveAt { get; set; }

    public long? EndingBalance { get; set; }

    public string? Footer { get; set; }

    /// <summary>The page to pay on; null until finalized.</summary>
    public string? HostedInvoiceUrl { get; set; }

    /// <summary>Null until finalized.</summary>
    public string? InvoicePdf { get; set; }

    /// <summary>The first lines; more than 10 need a list of their own.</summary>
    public StripeList<InvoiceLineItem>? Lines { get; set; }

    public bool Livemode { get; set; }

    public Dictionary<string, string>? Metadata { get; set; }

    public DateTime? NextPaymentAttempt { get; set; }

    /// <summary>What the customer sees; null until finalized.</summary>
    public string? Number { get; set; }

    /// <summary>What it was made for; null in events of API versions before 2025-03-31.basil.</summary>
    public InvoiceParent? Parent { get; set; }

    public DateTime PeriodEnd { get; set; } = DateTime.UnixEpoch;

    public DateTime PeriodStart { get; set; } = DateTime.UnixEpoch;

    public string? ReceiptNumber { get; set; }

    public long StartingBalance { get; set; }

    /// <summary><c>draft</c>, <c>open</c>, <c>paid</c>, <c>uncollectible</c> or <c>void</c>; null of one that is only upcoming.</summary>
    public string? Status { get; set; }

    public InvoiceStatusTransitions? StatusTransitions { get; set; }

    public long Subtotal { get; set; }

    public long? SubtotalExcludingTax { get; set; }

    public long Total { get; set; }

    public long? TotalExcludingTax { get; set; }

    /// <summary>When all webhook endpoints had accepted its <c>invoice.created</c>, or Stripe stopped trying.</summary>
    public DateTime? WebhooksDeliveredAt { get; set; }

    [JsonInclude]
    [JsonPropertyName("customer")]
    internal ExpandableField<Customer>? InternalCustomer { get; set; }
}
