using BillingFunctions.Simulators.Stripe.Lists;

namespace BillingFunctions.Simulators.Stripe.CreditNotes;

/// <summary>A credit note as stored. Amounts are in minor units, times in Unix seconds.</summary>
public sealed record CreditNoteRecord : IRecord
{
    public required string Id { get; init; }

    public required long Created { get; init; }

    /// <summary>The id of the invoice.</summary>
    public required string Invoice { get; init; }

    /// <summary>The id of the customer.</summary>
    public required string Customer { get; init; }

    public required string Currency { get; init; }

    /// <summary>What the customer sees.</summary>
    public required string Number { get; init; }

    public required IReadOnlyList<CreditNoteLineRecord> Lines { get; init; }

    public string? Memo { get; init; }

    /// <summary><c>duplicate</c>, <c>fraudulent</c>, <c>order_change</c> or <c>product_unsatisfactory</c>; null for none.</summary>
    public string? Reason { get; init; }

    public IReadOnlyDictionary<string, string> Metadata { get; init; } = new Dictionary<string, string>();

    /// <summary>Credited to the balance of the customer.</summary>
    public long CreditAmount { get; init; }

    public long RefundAmount { get; init; }

    /// <summary>Credited outside of Stripe.</summary>
    public long OutOfBandAmount { get; init; }

    /// <summary>What it takes off the amount due of an invoice that is not paid yet.</summary>
    public long PrePaymentAmount { get; init; }

    /// <summary>What of it concerns money that was paid.</summary>
    public long PostPaymentAmount => Amount - PrePaymentAmount;

    public long Amount => Lines.Sum(line => line.Amount);
}

/// <summary>One line of a credit note, of no line of the invoice. The amount is in minor units.</summary>
public sealed record CreditNoteLineRecord(string Id, long UnitAmount, long Quantity, string? Description)
{
    public IReadOnlyDictionary<string, string> Metadata { get; init; } = new Dictionary<string, string>();

    public long Amount => UnitAmount * Quantity;
}
