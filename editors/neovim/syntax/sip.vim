" Vim syntax file
" Language: SIP messages (RFC 3261) with SDP bodies (RFC 8866)

if exists('b:current_syntax')
  finish
endif
let s:cpo_save = &cpo
set cpo&vim

" A token is [A-Za-z0-9-.!%*_+`'~]+ (RFC 3261, section 25.1).
syn case match

" Start line
syn match sipRequestLine  "^[[:alnum:]\-.!%*_+`'~]\+\s\+\S.*\sSIP/\d\+\.\d\+[ \t\r]*$" contains=sipMethod,sipUri,sipVersion
syn match sipStatusLine   "^SIP/\d\+\.\d\+\s\+\d\{3}\>.*$" contains=sipVersion,@sipStatus
syn match sipMethod       "^[[:alnum:]\-.!%*_+`'~]\+" contained
syn match sipVersion      "\<SIP/\d\+\.\d\+" contained
syn cluster sipStatus     contains=sipProvisional,sipSuccess,sipRedirection,sipClientError,sipServerError,sipGlobalFailure
syn match sipProvisional  "\s\zs1\d\d\>.*" contained
syn match sipSuccess      "\s\zs2\d\d\>.*" contained
syn match sipRedirection  "\s\zs3\d\d\>.*" contained
syn match sipClientError  "\s\zs4\d\d\>.*" contained
syn match sipServerError  "\s\zs5\d\d\>.*" contained
syn match sipGlobalFailure "\s\zs6\d\d\>.*" contained

" Header field; a line that begins with a blank continues the value
syn case ignore
syn cluster sipValue      contains=sipVersion,sipString,sipUri,sipParam
syn match sipHeader       "^[[:alnum:]\-.!%*_+`'~]\+[ \t]*:.*$" contains=sipHeaderName,sipCompactName,@sipValue
syn match sipFolded       "^[ \t]\+\S.*$" contains=@sipValue
syn match sipHeaderName   "^[[:alnum:]\-.!%*_+`'~]\+\ze[ \t]*:" contained
syn match sipCompactName  "^[abcdefijklmorstuvxy]\ze[ \t]*:" contained
syn region sipString      start=+"+ skip=+\\.+ end=+"+ oneline contained
syn match sipUri          "\<\%(sips\=\|tel\|urn\|im\|pres\):[^ \t<>",]\+" contained contains=sipUriParam
syn match sipUriParam     ";[[:alnum:]\-.!%*_+`'~]\+" contained
syn match sipParam        ";\s*\zs[[:alnum:]\-.!%*_+`'~]\+" contained

" SDP
syn case match
syn match sipSdp          "^[a-z]=.*$" contains=sipSdpType,sipSdpMedia,sipSdpAttribute
syn match sipSdpType      "^[a-z]=" contained
syn match sipSdpMedia     "\%(^m=\)\@2<=\S\+" contained
syn match sipSdpAttribute "\%(^a=\)\@2<=[^: \t\r]\+" contained

hi def link sipMethod        Statement
hi def link sipVersion       PreProc
hi def link sipProvisional   DiagnosticInfo
hi def link sipSuccess       DiagnosticOk
hi def link sipRedirection   DiagnosticHint
hi def link sipClientError   DiagnosticWarn
hi def link sipServerError   DiagnosticError
hi def link sipGlobalFailure DiagnosticError
hi def link sipHeaderName    Identifier
hi def link sipCompactName   Function
hi def link sipString        String
hi def link sipUri           Underlined
hi def link sipUriParam      Special
hi def link sipParam         Special
hi def link sipSdpType       Identifier
hi def link sipSdpMedia      Statement
hi def link sipSdpAttribute  Special

let b:current_syntax = 'sip'

let &cpo = s:cpo_save
unlet s:cpo_save
