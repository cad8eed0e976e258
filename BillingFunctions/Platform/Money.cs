namespace BillingFunctions.Platform;

/// <summary>An amount of money.</summary>
/// <param name="Amount">In minor units, as Stripe counts them: cents of a dollar, but whole yen, and thousandths of a dinar.</param>
/// <param name="Currency">Three letters, lower case, such as <c>usd</c>.</param>
public readonly record struct Money(long Amount, string Currency);
