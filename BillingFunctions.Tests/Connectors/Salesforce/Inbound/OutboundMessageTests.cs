using System.Text;
using System.Xml;
using BillingFunctions.Connectors.Salesforce.Inbound;
using BillingFunctions.Testing.Builders;

namespace BillingFunctions.Tests.Connectors.Salesforce.Inbound;

public sealed class OutboundMessageTests
{
    private const string Id = "001000000000001AAA";

    [Fact]
    public void Read_AMessage_HasItsOrganizationAndRecords()
    {
        var message = Read(OutboundMessageBuilder.Message([Id, "001000000000002"], OutboundMessageBuilder.Organization));

        Assert.Equal(OutboundMessageBuilder.Organization, message.OrganizationId);
        Assert.Equal([new OutboundRecord("Account", Id), new OutboundRecord("Account", "001000000000002")], message.Records);
    }

    [Fact]
    public void IdsOf_AnObject_LeavesOutOthersAndTellsOfEachRecordOnce()
    {
        var message = Read(Of(OutboundMessageBuilder.Notification("001000000000001"), OutboundMessageBuilder.Notification(Id), OutboundMessageBuilder.Notification("003000000000001AAA", "Contact")));

        Assert.Equal([Id], message.IdsOf("account"));
        Assert.Equal(["003000000000001AAA"], message.IdsOf("Contact"));
        Assert.Empty(message.IdsOf("Lead"));
    }

    [Fact]
    public void Read_AHundredNotifications_ReadsAll() =>
        Assert.Equal(100, Read(OutboundMessageBuilder.Message(Enumerable.Repeat(Id, 100))).Records.Count);

    [Fact]
    public void Read_AHeaderCommentsAndOtherParts_SkipsThem()
    {
        var message = OutboundMessageBuilder.Message(Id)
            .Replace("<soapenv:Body>", "<!-- hello --><soapenv:Header><a><b/><c>d</c></a><e/></soapenv:Header><soapenv:Body>", StringComparison.Ordinal)
            .Replace("<ActionId>", "<Other><Id>1</Id><Empty/><Id>2</Id></Other><ActionId>", StringComparison.Ordinal)
            .Replace("<sf:Name>", "<sf:Owner><sf:Id>005000000000001AAA</sf:Id></sf:Owner><sf:Name>", StringComparison.Ordinal);

        Assert.Equal([Id], Read(message).IdsOf("Account"));
    }

    [Fact]
    public void Read_Utf16_IsRead() => Assert.Single(OutboundMessage.Read(
        [.. Encoding.Unicode.Preamble, .. Encoding.Unicode.GetBytes(OutboundMessageBuilder.Message(Id).Replace("UTF-8", "UTF-16", StringComparison.Ordinal))]).Records);

    public static TheoryData<string, string> Refused => new()
    {
        { "empty", "" },
        { "text", "hello" },
        { "JSON", """{ "id": "001000000000001AAA" }""" },
        { "a cut message", OutboundMessageBuilder.Message(Id)[..^40] },
        { "no SOAP", $"<notifications xmlns=\"{OutboundMessageBuilder.Outbound}\"><OrganizationId>1</OrganizationId></notifications>" },
        { "SOAP 1.2", OutboundMessageBuilder.Message(Id).Replace(OutboundMessageBuilder.Soap, "http://www.w3.org/2003/05/soap-envelope", StringComparison.Ordinal) },
        { "an empty body", OutboundMessageBuilder.Envelope("") },
        { "an empty element", OutboundMessageBuilder.Envelope($"<notifications xmlns=\"{OutboundMessageBuilder.Outbound}\"/>") },
        { "another namespace", OutboundMessageBuilder.Message([Id], OutboundMessageBuilder.Organization, outbound: "http://soap.sforce.com/2005/09/inbound") },
        { "no namespace", OutboundMessageBuilder.Message([Id], OutboundMessageBuilder.Organization, outbound: "") },
        { "no organization", OutboundMessageBuilder.Message(Id).Replace("OrganizationId>", "Organization>", StringComparison.Ordinal) },
        { "two organizations", OutboundMessageBuilder.Message(Id).Replace("<ActionId>", "<OrganizationId>00D000000000002EAA</OrganizationId><ActionId>", StringComparison.Ordinal) },
        { "no notification", OutboundMessageBuilder.Message() },
        { "101 notifications", OutboundMessageBuilder.Message(Enumerable.Repeat(Id, 101)) },
        { "101 notifications in two parts", OutboundMessageBuilder.Envelope(Body(60) + Body(41)) },
        { "an id that is none", OutboundMessageBuilder.Message("001' OR Id != '") },
        { "an id of 16", OutboundMessageBuilder.Message("0010000000000011") },
        { "no id", OutboundMessageBuilder.Message(Id).Replace("sf:Id>", "sf:Ident>", StringComparison.Ordinal) },
        { "an id with children", OutboundMessageBuilder.Message("001<b>000000000001AAA</b>") },
        { "no type", OutboundMessageBuilder.Message(Id).Replace("xsi:type", "xsi:kind", StringComparison.Ordinal) },
        { "a type without a prefix", OutboundMessageBuilder.Message(Id).Replace("\"sf:Account\"", "\"Account\"", StringComparison.Ordinal) },
        { "a type of another namespace", OutboundMessageBuilder.Message(Id).Replace("\"sf:Account\"", "\"soapenv:Account\"", StringComparison.Ordinal) },
        { "text between", OutboundMessageBuilder.Message(Id).Replace("<ActionId>", "hello<ActionId>", StringComparison.Ordinal) },
        { "text behind", OutboundMessageBuilder.Message(Id) + "hello" },
        { "a second document", OutboundMessageBuilder.Message(Id) + OutboundMessageBuilder.Envelope("") },
        { "a document type", OutboundMessageBuilder.Envelope(Body(1), "<!DOCTYPE a>") },
        { "an entity", OutboundMessageBuilder.Envelope(Body(1).Replace(Id, "&id;", StringComparison.Ordinal), "<!DOCTYPE a [<!ENTITY id '001000000000001AAA'>]>") },
        { "an entity of a file", OutboundMessageBuilder.Envelope(Body(1).Replace(Id, "&id;", StringComparison.Ordinal), "<!DOCTYPE a [<!ENTITY id SYSTEM 'file:///etc/passwd'>]>") },
        { "entities that grow", OutboundMessageBuilder.Envelope(Body(1), $"<!DOCTYPE a [<!ENTITY l0 'ha'>{string.Concat(Enumerable.Range(1, 20).Select(n => $"<!ENTITY l{n} '{string.Concat(Enumerable.Repeat($"&l{n - 1};", 10))}'>"))}]>") },
        { "an entity that nobody declares", OutboundMessageBuilder.Message("&nbsp;") },
        { "an unknown encoding", OutboundMessageBuilder.Envelope(Body(1), """<?xml version="1.0" encoding="klingon"?>""") },
        { "an encoding that is off", OutboundMessageBuilder.Envelope(Body(1), """<?xml version="1.0" encoding="utf-7"?>""") },
        { "a control character", OutboundMessageBuilder.Message(Id).Replace("Ada", "&#1;", StringComparison.Ordinal) },
        { "deep nesting", OutboundMessageBuilder.Message(Id).Replace("<ActionId>", $"{string.Concat(Enumerable.Repeat("<a>", 100_000))}{string.Concat(Enumerable.Repeat("</a>", 100_000))}<ActionId>", StringComparison.Ordinal) },
    };

    [Theory]
    [MemberData(nameof(Refused))]
    public void Read_WhatIsNoOutboundMessage_IsRefused(string what, string body)
    {
        var refusal = Assert.ThrowsAny<XmlException>(() => Read(body));

        Assert.True(refusal.Message.Length < 500, what);
    }

    private static OutboundMessage Read(string xml) => OutboundMessage.Read(Encoding.UTF8.GetBytes(xml));

    private static string Of(params IEnumerable<string> notifications) => OutboundMessageBuilder.Envelope(
        $"""<notifications xmlns="{OutboundMessageBuilder.Outbound}"><OrganizationId>{OutboundMessageBuilder.Organization}</OrganizationId>{string.Concat(notifications)}</notifications>""");

    /// <summary>Notifications, named an organization only in the first part.</summary>
    private static string Body(int count) =>
        $"""<notifications xmlns="{OutboundMessageBuilder.Outbound}">{(count == 41 ? "" : $"<OrganizationId>{OutboundMessageBuilder.Organization}</OrganizationId>")}{string.Concat(Enumerable.Repeat(OutboundMessageBuilder.Notification(Id), count))}</notifications>""";
}
