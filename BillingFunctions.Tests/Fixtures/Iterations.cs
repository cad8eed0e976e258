namespace BillingFunctions.Tests.Fixtures;

/// <summary>How many samples a model is tried with.</summary>
internal static class Iterations
{
    /// <summary>The number that suits a normal run; or −1, by which CsCheck takes the one of <c>CsCheck_Iter</c>, if that is set.</summary>
    public static long OrAsSet(long count) => Environment.GetEnvironmentVariable("CsCheck_Iter") is null ? count : -1;
}
