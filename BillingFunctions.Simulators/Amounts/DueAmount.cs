namespace BillingFunctions.Simulators.Amounts;

/// <summary>What a customer owes for a month.</summary>
/// <param name="IsKnown">Whether the API knows the customer and month; else it answers 404.</param>
/// <param name="Amount">In minor units; null when the API answers null.</param>
/// <param name="Currency">Three letters, lower case.</param>
public sealed record DueAmount(bool IsKnown, long? Amount, string Currency)
{
    /// <summary>Whether there is something to pay.</summary>
    public bool IsCharged => IsKnown && Amount > 0;
}
