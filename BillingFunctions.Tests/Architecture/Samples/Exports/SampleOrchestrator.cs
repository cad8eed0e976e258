namespace BillingFunctions.Tests.Architecture.Samples.Exports;

internal static class SampleOrchestrator
{
    public static string Run() => SampleHelper.Ask();
}

internal static class SampleHelper
{
    public static string Ask()
    {
        using var http = new HttpClient();
        return $"{http.BaseAddress}";
    }
}
