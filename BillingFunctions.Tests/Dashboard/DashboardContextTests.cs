using BillingFunctions.Dashboard;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;

namespace BillingFunctions.Tests.Dashboard;

public sealed class DashboardContextTests
{
    /// <summary>The server has decoded the path; the next page is at the same path all the same.</summary>
    [Theory]
    [InlineData("/api/customers/a?b#c/invoices", "/api/customers/a%3Fb%23c/invoices?limit=5&cursor=x%26y")]
    [InlineData("/api/customers/a%2Fb/invoices", "/api/customers/a%2Fb/invoices?limit=5&cursor=x%26y")]
    public void With_PathThatWasDecoded_LeadsToTheSamePlace(string path, string expected)
    {
        var context = new DashboardContext("GET", path, new QueryCollection(QueryHelpers.ParseQuery("?limit=5&cursor=a")), IsReader: false);

        Assert.Equal(expected, context.With("cursor", "x&y"));
    }
}
