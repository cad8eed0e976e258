using BillingFunctions.Platform.Http;
using Microsoft.AspNetCore.Http;

namespace BillingFunctions.Invoicing;

internal static class InvoicingProblems
{
    /// <summary>400: the month in the address is none.</summary>
    public static IResult NotAMonth => Problems.Invalid("month", $"Allowed is {BillingMonth.Allowed}.");
}
