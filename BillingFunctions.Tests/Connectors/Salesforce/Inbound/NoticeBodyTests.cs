using System.Text;
using BillingFunctions.Connectors.Salesforce.Inbound;
using BillingFunctions.Platform.Http;

namespace BillingFunctions.Tests.Connectors.Salesforce.Inbound;

public sealed class NoticeBodyTests
{
    [Theory]
    [InlineData("""{ "id": "001000000000001" }""")]
    [InlineData("""{ "ids": ["001000000000001AAA"] }""")]
    [InlineData("""{ "id": null, "ids": ["001000000000001", "001000000000001AAA"] }""")]
    public void ReadIds_OneRecord_IsItsLongId(string json) => Assert.Equal(["001000000000001AAA"], Read(json));

    [Fact]
    public void ReadIds_AHundred_AreAllRead() => Assert.Equal(100, Read(Ids(100)).Count);

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("null")]
    [InlineData("""{ "ids": [] }""")]
    [InlineData("""{ "ids": [null] }""")]
    [InlineData("""{ "ids": [1] }""")]
    [InlineData("""{ "id": "001000000000001", "ids": ["001000000000001"] }""")]
    [InlineData("""{ "id": "001" }""")]
    [InlineData("""{ "id": "001000000000001'" }""")]
    [InlineData("""{ "id": "0010000000000ü1" }""")]
    [InlineData("""{ "id": "001000000000001", "name": "Ada" }""")]
    public void ReadIds_WhatIsNoNotice_IsRefused(string json) => Assert.Throws<InvalidJsonException>(() => Read(json));

    [Fact]
    public void ReadIds_AHundredAndOne_AreRefused() => Assert.Throws<InvalidJsonException>(() => Read(Ids(101)));

    private static IReadOnlyList<string> Read(string json) => NoticeBody.ReadIds(Encoding.UTF8.GetBytes(json));

    private static string Ids(int count) => $$"""{ "ids": [{{string.Join(',', Enumerable.Range(100, count).Select(number => $"\"001000000000{number}\""))}}] }""";
}
