namespace BillingFunctions.Platform.Http;

/// <summary>Values in the path of a request.</summary>
internal static class PathSegment
{
    /// <summary>The value itself: routing decodes every escaped character but the slash, lest it be taken for the end of the segment.</summary>
    public static string Decode(string value) => value.Replace("%2F", "/", StringComparison.OrdinalIgnoreCase);
}
